import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../hub/processes/process-control.ts';
import { openRecordingClient } from '../../recorder-core/siprec/client/open-recording-client.ts';
import { kekContext } from '../../recorder-core/vault/envelope.ts';
import { partContext } from '../../recorder-core/vault/part-context.ts';
import { openPkcs11 } from '../../recorder-core/vault/providers/pkcs11/pkcs11-provider.ts';
import { describeWithSoftHsm, makeSoftToken, type SoftToken } from '../support/peers/softhsm.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { readFilesBelow, searchForKeys, spellings, type LockedPart } from '../support/search-for-keys.ts';
import { toneFor } from '../support/tones.ts';

let product: RunningProduct;
let token: SoftToken;
/** The settings that name the token. */
let flags: string[];

/** The product with its root keys on a token that lies outside of its data folder. */
async function startWithHsm(): Promise<void> {
  token = await makeSoftToken();
  const { library, token: label, pinFile } = token.settings;
  flags = ['--key-provider', 'pkcs11', '--pkcs11-library', library, '--pkcs11-token', label];
  flags.push('--pkcs11-pin-file', pinFile);
  product = await startRunningProduct({
    args: flags,
    environment: { SOFTHSM2_CONF: token.environment['SOFTHSM2_CONF'] ?? '' },
  });
}

async function placeCall(ms: number, during: () => Promise<void>): Promise<string> {
  const { client, close } = await openRecordingClient({ transport: 'tcp' });
  const audio = toneFor(300, ms);
  let done: Promise<void> | undefined;
  const act = (): Promise<void> => {
    done = during();
    return Promise.resolve();
  };
  try {
    const report = await client.place({
      target: product.sipTarget,
      transport: 'tcp',
      parties: [
        { aor: 'sip:+442079460001@a.example', name: 'One', audio },
        { aor: 'sip:+442079460002@a.example', name: 'Two', audio },
      ],
      steps: [{ atMs: ms / 4, do: 'run', act }],
    });
    return report.endedBy;
  } finally {
    await done;
    await close();
  }
}

function retained(count: number): Promise<void> {
  const enough = async (): Promise<boolean> =>
    (await product.sql('select from recording where state = $1', ['retained'])).length === count;
  return until(enough, 120_000, `${count} recordings to be retained`, 200);
}

async function signIn(): Promise<Record<string, string>> {
  const headers = { 'Content-Type': 'application/json', 'X-Holdfast-Console': '1' };
  const body = JSON.stringify({ token: new URL(product.signInLink).hash.slice(1) });
  const signedIn = await fetch(`${product.url}/api/v1/session`, { method: 'POST', headers, body });
  return { ...headers, cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

/** All rows of all tables, as text. */
async function dumpTables(): Promise<Buffer[]> {
  const tables = await product.sql<{ name: string }>(
    "select format('%I', tablename) as name from pg_tables where schemaname = 'public'",
  );
  const dumps: Buffer[] = [];
  for (const { name } of tables) {
    const rows = await product.sql<{ row: string }>(`select ${name}::text as row from ${name}`);
    dumps.push(Buffer.from(rows.map(({ row }) => row).join('\n')));
  }
  return dumps;
}

/** One stored part with its keys, as the thief finds them. */
async function lockedPart(): Promise<LockedPart & { readonly rows: Record<string, Buffer & string> }> {
  const [row] = await product.sql<Record<string, Buffer & string>>(
    `select p.tenant_id, p.recording_id, p.id, p.version::text, d.wrapped as data_key,
            k.region, k.period, k.retention_class, k.provider, k.root_key_id, k.wrapped as kek
       from part p join data_key d on d.part_id = p.id join key_encryption_key k on k.id = d.kek_id
      where p.kind = 'media' limit 1`,
  );
  const { tenant_id: tenant, region, period, retention_class: retentionClass } = row!;
  return {
    rows: row!,
    dataKey: row!['data_key']!,
    kek: row!['kek']!,
    rootKeyId: row!['root_key_id']!,
    kekContext: kekContext({
      tenant: tenant!,
      region: region!,
      period: period!,
      retentionClass: retentionClass!,
    }),
    partContext: partContext({
      tenant: tenant!,
      recording: row!['recording_id']!,
      part: row!['id']!,
      version: Number(row!['version']),
    }),
  };
}

describeWithSoftHsm('the product with its root keys in an HSM', () => {
  beforeAll(startWithHsm, 240_000);
  afterAll(async () => {
    await product.stop();
    await product.remove();
    await token.remove();
  }, 90_000);

  test('records, plays and proves, also while the root key is rotated', async () => {
    expect(await placeCall(1_000, () => Promise.resolve())).toBe('client');
    await retained(1);
    const headers = await signIn();
    const [recording] = await product.sql<{ id: string }>('select id from recording');
    const play = async (): Promise<number> => {
      const answer = await fetch(`${product.url}/api/v1/recordings/${recording?.id}/audio`, { headers });
      return (await answer.arrayBuffer()).byteLength > 1_000 ? answer.status : 0;
    };
    const before = await product.command('keys', 'status');
    expect(before.output).toMatch(/current root +1-[0-9a-f]{12}\n +master secret +under 1-/);

    let rotated = false;
    const plays: number[] = [];
    const ended = await placeCall(8_000, async () => {
      const rotating = product.command('keys', 'rotate').then(({ code, output }) => {
        rotated = true;
        expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/2-[0-9a-f]{12}/) });
      });
      while (!rotated) plays.push(await play());
      plays.push(await play());
      await rotating;
    });
    expect(ended).toBe('client');
    expect(plays.length).toBeGreaterThan(1);
    expect(new Set(plays)).toEqual(new Set([200]));
    await retained(2);
    const [long] = await product.sql<{ partial: boolean; ms: string }>(
      'select partial, duration_ms::text as ms from recording order by started_at desc limit 1',
    );
    expect(long).toMatchObject({ partial: false });
    const after = await product.command('keys', 'status');
    expect(after.output).toMatch(/current root +2-[0-9a-f]{12}\n +master secret +under 2-/);
    expect((await product.command('audit')).code).toBe(0);
    expect((await product.command('doctor', ...flags)).output).toMatch(
      /✓ Root keys +The HSM token holdfast-test wraps and unwraps\. Current root key: 2-/,
    );
  }, 240_000);

  test('gives whoever has database and disk nothing to play with', async () => {
    const stolen = [
      ...(await dumpTables()),
      ...(await readFilesBelow(product.data, ['postgres', 'temporal'])),
    ];
    const haystack = stolen.flatMap(spellings);
    const { rows, ...part } = await lockedPart();
    expect(haystack.some((bytes) => bytes.includes(part.dataKey))).toBe(true); // so the search sees what was stolen
    expect(searchForKeys(haystack, part)).toBeUndefined();

    const { provider, close } = await openPkcs11(token.settings, { environment: token.environment });
    const wrapped = { provider: rows['provider']!, keyId: part.rootKeyId, bytes: part.kek };
    const kek = await provider.unwrap(wrapped, part.kekContext);
    close();
    expect(searchForKeys([Buffer.concat([Buffer.alloc(100), kek, Buffer.alloc(100)])], part)).toBe('kek');

    const another = await makeSoftToken();
    try {
      const theirs = await openPkcs11(another.settings, { create: true, environment: another.environment });
      await expect(theirs.provider.unwrap(wrapped, part.kekContext)).rejects.toMatchObject({
        code: 'key_unavailable',
        message: expect.stringContaining(part.rootKeyId),
      });
      theirs.close();
    } finally {
      await another.remove();
    }
  }, 180_000);

  test('plays nothing and is not ready once the token is gone, and the ledger says so', async () => {
    await token.remove();
    await until(
      async () => (await fetch(`${product.url}/readyz`)).status === 503,
      60_000,
      'the hub to say that it is not ready',
      200,
    );
    const status = await product.command('keys', 'status');
    expect(status).toMatchObject({ code: 1, output: expect.stringMatching(/HSM/) });
    await until(
      async () => (await product.sql("select from ledger_leaf where act = 'key.refused' limit 1")).length > 0,
      60_000,
      'a leaf about the refusal',
      200,
    );
  }, 180_000);
});
