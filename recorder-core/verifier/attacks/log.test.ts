import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { placeLeaf } from '../../ledger/leaf.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { consistencyProof } from '../../ledger/proofs.ts';
import { MemoryLog } from '../../ledger/testing/memory-log.ts';
import { edited, installed, rewrite, tampered } from '../testing/attacked.ts';
import { draftBundle, exportBundle, packBundle, sealDraft, type Draft } from '../testing/export-bundle.ts';
import { Installation } from '../testing/installation.ts';
import { outcome } from '../testing/outcome.ts';

describe('the honest bundle of the attacked installation', () => {
  it('is verified', async () => {
    expect(await tampered(() => undefined, { sizes: [3, 7] })).toBe('verified');
  });
});

describe('an entry edited', () => {
  it('in the bundle is not the one of the log', async () => {
    const edit = ({ leaves }: Draft): void => {
      leaves[2]!.leaf = edited(Buffer.from(leaves[2]!.leaf), { outcome: 'refused' }).toString();
    };
    expect(await tampered(edit)).toMatch(
      /^leaves: The entry shown as number 2 is not number 2 of the log of 12 entries: it was changed, moved, or never entered/,
    );
  });

  it('in the log is caught by the witness', async () => {
    const { installation, trust } = installed();
    rewrite(installation, (entries) => entries.with(2, edited(entries[2]!, { outcome: 'refused' })));
    expect(await outcome(await exportBundle(installation), trust)).toMatch(
      /^witnesses: The checkpoint over 13 entries was cosigned by 0 witnesses that you trust, and your trust file asks for 1/,
    );
  });

  it('in the log is caught by an earlier checkpoint', async () => {
    const { installation, trust } = installed();
    const before = await installation.line(0, 7);
    rewrite(installation, (entries) => entries.with(2, edited(entries[2]!, { outcome: 'refused' })));
    const keep = async ({ history }: Draft): Promise<void> => {
      const proof = await consistencyProof(7, installation.log.size, installation.log.readNode);
      history.unshift(before);
      history[1]!.consistency = proof.map((hash) => hash.toString('base64'));
    };
    expect(await outcome(await exportBundle(installation, { tamper: keep }), trust)).toMatch(
      /^consistency: The log of 12 entries is not a continuation of the one that had 7/,
    );
  });
});

describe('an entry dropped', () => {
  it('from the middle of a recording is missed by its successor', async () => {
    const drop = ({ leaves, manifest }: Draft): void => {
      leaves.splice(1, 1);
      manifest.recordings[0]!.leaves -= 1;
    };
    expect(await tampered(drop)).toMatch(
      /^chains: Entry 2 is number 3 about .*, and 1 come before it here: entries were left out/,
    );
  });

  it('from the beginning or the end is missed by the count', async () => {
    const first = ({ leaves }: Draft): void => void leaves.shift();
    expect(await tampered(first)).toMatch(/^chains: Entry 1 is number 2 about .*, and 0 come before it/);
    const last = ({ leaves }: Draft): void => void leaves.pop();
    expect(await tampered(last)).toMatch(
      /^chains: There are 2 entries about the recording .*, and the manifest says 3: the last ones were left out/,
    );
    const more = ({ manifest }: Draft): void => void (manifest.recordings[3]!.leaves = 2);
    expect(await tampered(more)).toMatch(/^chains: .*the manifest says 2: some were added/);
  });

  it('from the log itself, with the key, is missed by its successor', async () => {
    const { installation } = installed();
    rewrite(installation, (entries) => entries.toSpliced(1, 1));
    const trust = installation.trust();
    const resized = await exportBundle(installation);
    expect(await outcome(resized, trust)).toMatch(/^chains: Entry 1 is number 3 about/);
  });

  it('altogether with its recording leaves nothing to prove it by', async () => {
    const all = ({ leaves }: Draft): void => void leaves.splice(9, 3);
    expect(await tampered(all)).toMatch(/^chains: There are 0 entries about/);
  });
});

describe('entries reordered or doubled', () => {
  it('in the bundle are seen by their indices', async () => {
    const swap = ({ leaves }: Draft): void => void leaves.splice(1, 2, leaves[2]!, leaves[1]!);
    expect(await tampered(swap)).toMatch(
      /^leaves: Entry 1 follows entry 2: an entry is shown twice or out of order/,
    );
    const twice = ({ leaves }: Draft): void => void leaves.splice(1, 0, leaves[1]!);
    expect(await tampered(twice)).toMatch(/^leaves: Entry 1 follows entry 1/);
  });

  it('with their indices exchanged are not where they say', async () => {
    const swap = ({ leaves }: Draft): void => {
      [leaves[1]!.leaf, leaves[2]!.leaf] = [leaves[2]!.leaf, leaves[1]!.leaf];
    };
    expect(await tampered(swap)).toMatch(/^leaves: The entry shown as number 1 is not number 1/);
  });

  it('in the log itself are seen by their chain', async () => {
    const { installation } = installed();
    rewrite(installation, (entries) => [entries[0]!, entries[2]!, entries[1]!, ...entries.slice(3)]);
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^chains: Entry 1 is number 3 about .*, and 1 come before it here/,
    );
    const second = installed().installation;
    rewrite(second, (entries) => entries.toSpliced(1, 0, entries[1]!));
    expect(await outcome(await exportBundle(second), second.trust())).toMatch(
      /^chains: Entry 2 is number 2 about .*, and 2 come before/,
    );
  });

  it('exchanged in the log for one with the right number are seen by the hash of the one before', async () => {
    const { installation } = installed();
    rewrite(installation, (entries) => entries.with(1, edited(entries[1]!, { outcome: 'failed' })));
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^chains: Entry 2 about .* follows another entry than the one before it here: that one was exchanged/,
    );
  });
});

describe('a log that was truncated, forked or rolled back', () => {
  it('lacks the witness, who has seen more', async () => {
    const { installation, trust, ids } = installed();
    rewrite(installation, (entries) => entries.slice(0, 6));
    expect(await outcome(await exportBundle(installation, { recordings: ids.slice(0, 2) }), trust)).toMatch(
      /^witnesses: The checkpoint over 7 entries was cosigned by 0 witnesses/,
    );
  });

  it('shows sizes that shrink when the witnessed checkpoint is shown too', async () => {
    const { installation, trust, ids } = installed();
    const seen = await installation.line(0);
    rewrite(installation, (entries) => entries.slice(0, 6));
    const keep = ({ history }: Draft): void => void history.unshift(seen);
    expect(
      await outcome(await exportBundle(installation, { recordings: ids.slice(0, 2), tamper: keep }), trust),
    ).toMatch(
      /^signatures: The checkpoint over 6 entries follows one over 12: a log does not shrink, so it was rolled back/,
    );
  });

  it('does not show one checkpoint for two', async () => {
    expect(await tampered(() => undefined, { sizes: [12] })).toMatch(
      /^signatures: The checkpoint over 12 entries follows one over 12/,
    );
  });

  it('with a stale witness, who saw only what came before, is told so', async () => {
    const { installation, trust } = installed();
    const before = await installation.line(0, 7);
    installation.witnesses.length = 0;
    const keep = ({ history }: Draft): void => void (history[0] = before);
    expect(await outcome(await exportBundle(installation, { sizes: [7], tamper: keep }), trust)).toMatch(
      /^witnesses: The checkpoint over 13 entries was cosigned by 0 .* The newest they did see has 7 entries; what was entered after it may be another history/,
    );
  });

  it('continues neither of two forks', async () => {
    const { installation, trust } = installed();
    const entries = [...installation.log.entries];
    const fork = new MemoryLog([
      ...entries.slice(0, 5),
      ...entries.slice(5, 7).map((one) => edited(one, { outcome: 'failed' })),
    ]);
    const other = await installation.line(0, 7, fork);
    const mix = ({ history }: Draft): void => void (history[0] = other);
    expect(await outcome(await exportBundle(installation, { sizes: [7], tamper: mix }), trust)).toMatch(
      /^consistency: The log of 12 entries is not a continuation/,
    );
  });

  it('whose history ends elsewhere than the manifest says is refused', async () => {
    const cut = ({ history }: Draft): void => void history.pop();
    expect(await tampered(cut, { sizes: [7] })).toMatch(
      /^signatures: The history does not end at the log of 12 entries/,
    );
    const none = ({ history }: Draft): void => void history.splice(0);
    expect(await tampered(none)).toMatch(/^signatures: The history does not end/);
    const claim = ({ history }: Draft): void =>
      void history[0]!.consistency.push(Buffer.alloc(32).toString('base64'));
    expect(await tampered(claim)).toMatch(/^consistency: The first checkpoint claims to extend another/);
  });

  it('is not accepted by any change within a proof (CVE-2022-36111: the middle of a proof went unchecked)', async () => {
    const { installation, trust } = installed();
    const draft = await draftBundle(installation, { sizes: [3, 7] });
    const places = draft.history.flatMap(({ consistency }, line) =>
      consistency.map((_, at) => ({ line, at })),
    );
    expect(places.length).toBeGreaterThan(4);
    for (const { line, at } of places) {
      const changed = structuredClone(draft.history);
      const hash = Buffer.from(changed[line]!.consistency[at]!, 'base64');
      hash[5]! ^= 1;
      changed[line]!.consistency[at] = hash.toString('base64');
      const sealed = await sealDraft(installation, { ...draft, history: changed });
      expect(await outcome(packBundle(sealed), trust)).toMatch(/^consistency: /);
    }
  });

  it('is not accepted when only its ends agree (CVE-2022-36111: two histories with one beginning and one end)', async () => {
    const { installation, trust } = installed();
    const entries = [...installation.log.entries];
    const middle = new MemoryLog(entries.slice(0, 7).with(4, edited(entries[4]!, { outcome: 'failed' })));
    const swap = async ({ history }: Draft): Promise<void> => {
      history[1] = await installation.line(3, 7, middle);
    };
    expect(await outcome(await exportBundle(installation, { sizes: [3, 7], tamper: swap }), trust)).toMatch(
      /^consistency: The log of (7|12) entries is not a continuation/,
    );
  });
});

describe('a log with another identity', () => {
  it('is not trusted because it is the first one seen (CVE-2022-39199: an identity chosen by the server)', async () => {
    const { trust } = installed();
    const other = new Installation();
    other.record();
    expect(await outcome(await exportBundle(other), trust)).toMatch(
      /^trust: The bundle speaks of the log holdfast\/tenant\/.*, which is not in your trust file/,
    );
  });

  it('under the name of the trusted one is not signed by its key', async () => {
    const { installation, trust } = installed();
    installation.signingKey = generateKeyPairSync('ed25519').privateKey;
    expect(await outcome(await exportBundle(installation), trust)).toMatch(
      /^signatures: .*no trusted key signed it/,
    );
  });

  it('that is also trusted cannot stand in for the one named', async () => {
    const { installation, trust } = installed();
    const other = new Installation();
    const both = { ...trust, logs: [...trust.logs, ...other.trust().logs] };
    const swap = ({ manifest }: Draft): void => void (manifest['origin'] = other.origin);
    expect(await outcome(await exportBundle(installation, { tamper: swap }), both)).toMatch(/^signatures: /);
  });

  it('inside an entry is not that of the log it stands in', async () => {
    const { installation } = installed();
    const tenant = randomUUID();
    rewrite(installation, (entries) => entries.with(0, edited(entries[0]!, { tenant })));
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^leaves: Entry 0 speaks of another tenant/,
    );
  });
});

describe('a chain that mixes schemas', () => {
  it('does not go back to entries that do not count themselves', async () => {
    const installation = new Installation();
    const id = installation.record();
    installation.schema = 1;
    installation.act('recording.played', { type: 'recording', id });
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^chains: Entry 3 about .* does not count itself although an earlier one does/,
    );
  });

  it('takes up the count where schema 1 ended', async () => {
    const installation = new Installation();
    installation.schema = 1;
    const id = installation.record();
    installation.schema = 2;
    const draft = installation.log.entries[2]!;
    const skipped = placeLeaf(Buffer.from(draft.toString().replace('"v":1}', '"v":2}')), {
      ordinal: 3,
      previous: leafHash(draft).toString('base64'),
    });
    installation.log.append(skipped);
    installation.openings.push([]);
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^chains: Entry 3 is number 3 about .*, and 3 come before it/,
    );
    expect(id).toBeDefined();
  });
});
