import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  makeTimeStampAuthority,
  type TimeStampAuthority,
} from '../../../test/support/time-stamp-authority.ts';
import { verifierKeyText } from '../../ledger/signed-note.ts';
import type { TrustFile } from '../../ledger/trust-file.ts';
import { MINUTE, installed, stampBy } from '../testing/attacked.ts';
import { exportBundle, type Draft, type ExportOptions } from '../testing/export-bundle.ts';
import { Installation } from '../testing/installation.ts';
import { outcome } from '../testing/outcome.ts';

jest.setTimeout(120_000); // OpenSSL's processes

const authorities: TimeStampAuthority[] = [];
let authority: TimeStampAuthority;
beforeAll(() => {
  authority = authorityWith({});
});
afterAll(() => {
  for (const one of authorities) one.close();
});

function authorityWith(options: Parameters<typeof makeTimeStampAuthority>[0]): TimeStampAuthority {
  const made = makeTimeStampAuthority(options);
  authorities.push(made);
  return made;
}

describe('keys', () => {
  const DAY = 86_400_000;
  /** The trust file with these bounds, and an installation whose checkpoints are stamped now. */
  async function bounded(from: number, until: number | null, stamped = true): Promise<string> {
    const installation = new Installation();
    installation.record();
    if (stamped) installation.stamp = stampBy(authority);
    const trust = installation.trust([authority.root]);
    const key = verifierKeyText(installation.origin, installation.signingKey);
    const at = (offset: number): string => new Date(Date.now() + offset).toISOString();
    const keys = [{ key, from: at(from), until: until === null ? null : at(until) }];
    return outcome(await exportBundle(installation), {
      ...trust,
      logs: [{ origin: installation.origin, keys }],
    });
  }

  it('sign only while they are valid, as the time stamps say', async () => {
    expect(await bounded(-DAY, null)).toBe('verified');
    expect(await bounded(-DAY, DAY)).toBe('verified');
    expect(await bounded(-2 * DAY, -DAY)).toMatch(
      /^keys: The checkpoint over 3 entries is refused: its key was not valid any more/,
    );
    expect(await bounded(DAY, null)).toMatch(/^keys: .*its key was not valid yet/);
  });

  it('may be off by the tolerance of clocks, and no more', async () => {
    expect(await bounded(-DAY, -9 * MINUTE)).toBe('verified');
    expect(await bounded(-DAY, -11 * MINUTE)).toMatch(/^keys: /);
    expect(await bounded(9 * MINUTE, null)).toBe('verified');
    expect(await bounded(11 * MINUTE, null)).toMatch(/^keys: /);
  });

  it('that were replaced hold for their time, side by side with their successor', async () => {
    const installation = new Installation();
    installation.stamp = stampBy(authority);
    installation.record();
    const before = await installation.line(0);
    const [old, now] = [installation.signingKey, generateKeyPairSync('ed25519').privateKey];
    installation.signingKey = now;
    installation.record();
    const keep = ({ history }: Draft): void => void (history[0] = before);
    const bundle = await exportBundle(installation, { sizes: [3], tamper: keep });
    const keys = [
      {
        key: verifierKeyText(installation.origin, old),
        from: new Date(0).toISOString(),
        until: new Date().toISOString(),
      },
      { key: verifierKeyText(installation.origin, now), from: new Date().toISOString(), until: null },
    ];
    const trust = { ...installation.trust([authority.root]), logs: [{ origin: installation.origin, keys }] };
    expect(await outcome(bundle, trust)).toBe('verified');
    expect(
      await outcome(bundle, { ...trust, logs: [{ origin: installation.origin, keys: keys.slice(1) }] }),
    ).toMatch(/^signatures: .*no trusted key signed it.*a newer key than your trust file knows/s);
  });

  it('that were replaced do not sign on under the validity of their successor', async () => {
    const installation = new Installation();
    installation.stamp = stampBy(authority);
    installation.record();
    const at = (offset: number): string => new Date(Date.now() + offset).toISOString();
    const successor = generateKeyPairSync('ed25519').privateKey;
    const keys = [
      {
        key: verifierKeyText(installation.origin, installation.signingKey),
        from: at(-2 * DAY),
        until: at(-DAY),
      },
      { key: verifierKeyText(installation.origin, successor), from: at(-DAY), until: null },
    ];
    const trust = { ...installation.trust([authority.root]), logs: [{ origin: installation.origin, keys }] };
    expect(await outcome(await exportBundle(installation), trust)).toMatch(
      /^keys: The checkpoint over 3 entries is refused: its key was not valid any more/,
    );
    installation.signingKey = successor;
    expect(await outcome(await exportBundle(installation), trust)).toBe('verified');
  });

  it('that ended before the last checkpoint anybody saw cannot have signed a later one', async () => {
    const installation = new Installation();
    installation.stamp = stampBy(authority);
    installation.record();
    const before = await installation.line(0);
    installation.stamp = undefined;
    installation.record();
    const keep = ({ history }: Draft): void => void (history[0] = before);
    const bundle = await exportBundle(installation, { sizes: [3], tamper: keep });
    const trust = installation.trust([authority.root]);
    const key = verifierKeyText(installation.origin, installation.signingKey);
    const ended = (ago: number): TrustFile => ({
      ...trust,
      logs: [
        {
          origin: installation.origin,
          keys: [{ key, from: new Date(0).toISOString(), until: new Date(Date.now() - ago).toISOString() }],
        },
      ],
    });
    expect(await outcome(bundle, ended(-DAY))).toBe('verified');
    expect(await outcome(bundle, ended(DAY))).toMatch(/^keys: The checkpoint over 3 entries/);
  });
});

describe('witnesses', () => {
  it('must be as many different ones as the trust file asks for', async () => {
    const { installation } = installed();
    installation.witnesses.push({ name: 'second.example', key: generateKeyPairSync('ed25519').privateKey });
    const trust = installation.trust();
    expect(await outcome(await exportBundle(installation), trust)).toBe('verified');
    installation.witnesses.pop();
    expect(await outcome(await exportBundle(installation), trust)).toMatch(
      /cosigned by 1 witness that you trust, and your trust file asks for 2\. Nobody outside confirms that this is the one history of the log\.$/,
    );
  });

  it('do not lend their word for another checkpoint', async () => {
    const { installation, trust } = installed();
    const foreign = (await installation.note(7)).trimEnd().split('\n').at(-1)!;
    const forge = ({ history }: Draft): void => {
      const [line] = history;
      line!.checkpoint = `${line!.checkpoint.trimEnd().split('\n').slice(0, -1).join('\n')}\n${foreign}\n`;
    };
    expect(await outcome(await exportBundle(installation, { tamper: forge }), trust)).toMatch(
      /^witnesses: The cosignature of witness\.example does not belong to this checkpoint/,
    );
  });
});

describe('time', () => {
  /** An installation with stamps, whose clock is off by so much for the entries after the first stamp. */
  async function clocked(offset: number, tamper?: ExportOptions['tamper']): Promise<string> {
    const installation = new Installation();
    installation.stamp = stampBy(authority);
    installation.record();
    const first = await installation.line(0);
    installation.now = new Date(Date.now() + offset);
    const id = installation.record();
    const options: ExportOptions = {
      recordings: [id],
      sizes: [3],
      tamper: (draft) => {
        draft.history[0] = first;
        return tamper?.(draft);
      },
    };
    return outcome(await exportBundle(installation, options), installation.trust([authority.root]));
  }

  it('stated by the installation is within the tolerance of the times from outside', async () => {
    for (const offset of [0, -9 * MINUTE, 9 * MINUTE]) expect(await clocked(offset)).toBe('verified');
  });

  it('dated back, or ahead, is seen between two time stamps', async () => {
    expect(await clocked(-11 * MINUTE)).toMatch(
      /^clock: Entry 3 bears the time .*, and was not in the log at .* yet: it was dated back by more than 10 minutes/,
    );
    expect(await clocked(11 * MINUTE)).toMatch(
      /^clock: Entry 3 bears the time .*, and stood in the log at .*: the clock of the installation was ahead by more than 10 minutes/,
    );
  });

  it('that runs backwards is seen without any time stamp', async () => {
    const installation = new Installation();
    installation.record();
    installation.now = new Date(installation.now.getTime() - 9 * MINUTE);
    installation.record();
    expect(await outcome(await exportBundle(installation), installation.trust())).toBe('verified');
    installation.now = new Date(installation.now.getTime() - 2 * MINUTE);
    installation.record();
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^clock: Entry 7 bears the time .*, after an entry of .*set back/,
    );
  });

  it('of witnesses bounds entries where there are no stamps', async () => {
    const { installation, trust } = installed();
    installation.now = new Date(Date.now() + 3_600_000);
    installation.record();
    const late = await exportBundle(installation, { sizes: [12] });
    expect(await outcome(late, trust)).toBe('verified');
    const backdated = installed();
    const seen = await backdated.installation.line(0);
    backdated.installation.now = new Date(Date.now() - 3_600_000);
    const id = backdated.installation.record();
    const keep = ({ history }: Draft): void => void (history[0] = seen);
    const bundle = await exportBundle(backdated.installation, {
      recordings: [id],
      sizes: [12],
      tamper: keep,
    });
    expect(await outcome(bundle, backdated.trust)).toMatch(/^clock: Entry 12 .*dated back/);
  });

  it('stamps are about the checkpoint they stand with', async () => {
    const { installation } = installed();
    installation.stamp = stampBy(authority);
    const trust = installation.trust([authority.root]);
    const foreign = stampBy(authority)(Buffer.from('something else'));
    const swap = ({ history }: Draft): void => void (history[0]!.timestamp = foreign);
    expect(await outcome(await exportBundle(installation, { tamper: swap }), trust)).toMatch(
      /^timestamps: .*it is about something else/,
    );
  });

  it('stamps are of an authority that is trusted and whose certificate was valid', async () => {
    const { installation } = installed();
    installation.stamp = stampBy(authorityWith({}));
    const trust = installation.trust([authority.root]);
    expect(await outcome(await exportBundle(installation), trust)).toMatch(/^timestamps: /);
    const expired = authorityWith({ validity: { from: '20200101000000Z', to: '20210101000000Z' } });
    installation.stamp = stampBy(expired);
    expect(await outcome(await exportBundle(installation), installation.trust([expired.root]))).toMatch(
      /^timestamps: .*not valid|^timestamps: .*expired/,
    );
  });

  it('stamps are asked for where the trust file says so, at the last checkpoint', async () => {
    const { installation } = installed();
    installation.stamp = stampBy(authority);
    const trust = installation.trust([authority.root]);
    const strip = ({ history }: Draft): void => void (history[0]!.timestamp = null);
    expect(await outcome(await exportBundle(installation, { tamper: strip }), trust)).toBe('verified');
    installation.stamp = undefined;
    expect(await outcome(await exportBundle(installation), trust)).toMatch(
      /^timestamps: The checkpoint over 14 entries has no time stamp, and your trust file asks for one/,
    );
  });
});
