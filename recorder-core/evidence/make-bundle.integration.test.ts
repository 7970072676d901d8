import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DisposalRef } from '../../activities/contract.ts';
import { HoldfastError } from '../errors.ts';
import { parseLeaf } from '../ledger/leaf.ts';
import { parseNote } from '../ledger/signed-note.ts';
import { timeStampRequest } from '../ledger/timestamp.ts';
import { readParties } from '../records/parties.ts';
import { readParts, type Part } from '../records/parts.ts';
import { readLeavesAbout } from '../records/stored-leaves.ts';
import { streamPart } from '../records/open-part.ts';
import { makeZip } from '../verifier/testing/make-zip.ts';
import { openBundleBench, type BundleBench, type TestBundle } from '../../test/support/bundle-bench.ts';
import { changedObjectStore } from '../../test/support/changed-object-store.ts';
import { asActivity } from '../../test/support/stored-recording.ts';
import { makeTimeStampAuthority } from '../../test/support/time-stamp-authority.ts';
import { makeBundle, type BundleAccess } from './make-bundle.ts';

let bundles: BundleBench;
beforeAll(async () => {
  bundles = await openBundleBench();
});
afterAll(async () => {
  await bundles.close();
});

const ref = (recordingId: string) => ({ tenantId: bundles.database.tenantId, recordingId });
const partsOf = (id: string): Promise<Part[]> =>
  bundles.database.db.forTenant(bundles.database.tenantId, (tx) => readParts(tx, id));
const json = ({ files }: TestBundle, path: string): Record<string, unknown> =>
  JSON.parse(files.get(path)?.toString('utf8') ?? 'null') as Record<string, unknown>;

/** The loudest sample of each of two channels of a WAV file of 16 bits; its header ends with the length of the data. */
function loudnessOf(wav: Buffer): [number, number] {
  const peaks: [number, number] = [0, 0];
  for (let at = wav.indexOf('data') + 8; at + 3 < wav.length; at += 4) {
    peaks[0] = Math.max(peaks[0], Math.abs(wav.readInt16LE(at)));
    peaks[1] = Math.max(peaks[1], Math.abs(wav.readInt16LE(at + 2)));
  }
  return peaks;
}

async function enriched(): Promise<string> {
  const id = await bundles.bench.retain();
  await bundles.bench.activities.media.enrichRecording(ref(id));
  return id;
}

async function destroy(id: string): Promise<DisposalRef> {
  await bundles.bench.makeDue(id);
  const { lifecycle } = bundles.bench.activities;
  const { claimed } = await lifecycle.claimDue({ partition: 0, partitions: 1, limit: 50 });
  const due = claimed.find(({ recordingId }) => recordingId === id)!;
  await asActivity(() => lifecycle.destroyKeys(due));
  return due;
}

async function disposed(): Promise<string> {
  const id = await bundles.bench.retain();
  const { lifecycle } = bundles.bench.activities;
  const due = await destroy(id);
  await asActivity(() => lifecycle.destroyObjects(due));
  await asActivity(() => lifecycle.certifyDisposal(due));
  return id;
}

describe('a bundle', () => {
  test('of a recording has every part as it was captured, what was made of it, and verifies offline', async () => {
    const id = await enriched();
    const bundle = await bundles.make([id]);
    const parts = await partsOf(id);
    expect(parts.map(({ kind }) => kind)).toEqual(['media', 'media', 'metadata', 'waveform']);
    const folder = `recordings/${id}`;
    expect([...bundle.files.keys()]).toEqual([
      'README.txt',
      ...parts.map((part) => `${folder}/parts/${part.id}`),
      ...['audio.wav', 'metadata.json', 'custody.json', 'vcon.json'].map((name) => `${folder}/${name}`),
      'load/utf-8/load.dat',
      'load/utf-8/load.opt',
      'load/latin-1/load.dat',
      'load/latin-1/load.opt',
      'ledger/leaves.jsonl',
      'ledger/history.jsonl',
      'index.csv',
      'cover.pdf',
      'manifest.json',
      'seal/seal.json',
    ]);
    for (const part of parts) {
      const content = bundle.files.get(`${folder}/parts/${part.id}`) ?? Buffer.alloc(0);
      expect(createHash('sha512').update(content).digest()).toEqual(part.sha512);
    }
    const [waveform] = (
      json(bundle, 'manifest.json') as { recordings: { parts: { kind: string }[] }[] }
    ).recordings[0]!.parts.filter(({ kind }) => kind === 'waveform');
    const media = parts.filter(({ kind }) => kind === 'media').map((part) => part.id);
    expect(waveform).toMatchObject({ derivedFrom: media });

    const verdict = await bundles.verify(bundle.bytes);
    expect(verdict.checks.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(verdict).toMatchObject({
      verdict: 'verified',
      bundle: { recordings: 1, purpose: 'Answer to the regulator' },
    });
    const manifest = bundle.files.get('manifest.json') ?? Buffer.alloc(0);
    expect(bundle.sealed).toEqual({
      manifestSha256: createHash('sha256').update(manifest).digest('hex'),
      files: bundle.files.size - 2,
      recordings: 1,
      bytes: bundle.bytes.length,
      sealIndex: json(bundle, 'seal/seal.json')['index'],
    });
  });

  test('tells of a recording who spoke, from where, by which codec and clock, why it was recorded, and where it went', async () => {
    const id = await enriched();
    const bundle = await bundles.make([id]);
    const parts = (await partsOf(id)).filter(({ kind }) => kind === 'media');
    expect(json(bundle, `recordings/${id}/metadata.json`)).toMatchObject({
      format: 'holdfast-recording/1',
      id,
      state: 'retained',
      call: { source: { transport: 'udp', address: '127.0.0.1', port: 5060 }, endReason: 'remote-bye' },
      recordedBy: { node: 'test-node', region: 'eu-central' },
      parties: [
        {
          name: 'Ana Agent',
          address: 'sip:+49301234560@sbc.example',
          joinedAt: expect.stringMatching(/Z$/) as unknown,
        },
        { name: 'Carl Customer', address: 'sip:+49301234561@sbc.example', leftAt: null },
      ],
      channels: parts.map((part, index) => ({
        label: String(index),
        party: index,
        channel: index + 1,
        codecPath: [
          { part: part.id, negotiated: [{ codecs: [{ name: 'PCMU', clockRate: 8000 }] }], closed: true },
        ],
      })),
      playable: { path: `recordings/${id}/audio.wav`, rate: 8000, codecs: ['PCMU'], notPlayed: [] },
      transcript: null,
      consent: { outcome: expect.any(String) as unknown },
      retention: { outcome: 'RETAIN' },
      copy: { recipient: 'Erika Expert', watermark: 'hf-7f3a9c21' },
      partsLeftOut: [],
    });
    const custody = json(bundle, `recordings/${id}/custody.json`) as {
      entries: { act: string; by: string }[];
    };
    expect(custody.entries.map(({ act, by }) => [act, by])).toEqual([
      ['recording.sealed', 'product'],
      ['recording.stored', 'product'],
      ['recording.derived', 'product'],
      ['recording.exported', 'person'],
    ]);
    expect(custody.entries.at(-1)).toMatchObject({
      persons: { actor: 'Olga Officer', recipient: 'Erika Expert' },
    });
  });

  test('of the lines of one person has their sound, silence for the others, nothing that names them, and verifies', async () => {
    const id = await bundles.bench.retain({ names: ['Ana Agent', 'Petra Person'] });
    await bundles.bench.activities.media.enrichRecording(ref(id));
    const whole = await bundles.make([id]);
    const parties = await bundles.database.db.forTenant(bundles.database.tenantId, (tx) =>
      readParties(tx, [id]),
    );
    const person = parties.find(({ name }) => name === 'Petra Person')!;
    const bundle = await bundles.make([id], { lines: new Map([[id, [person.label!]]]) });
    expect((await bundles.verify(bundle.bytes)).verdict).toBe('verified');
    const given = [...bundle.files.keys()].filter((path) => path.includes('/parts/'));
    const own = (await partsOf(id)).filter(({ kind, label }) => kind === 'media' && label === person.label);
    expect(given).toEqual(own.map((part) => `recordings/${id}/parts/${part.id}`));
    for (const [path, content] of bundle.files)
      if (!path.endsWith('.pdf')) expect([path, content.includes('Ana Agent')]).toEqual([path, false]);
    expect(bundle.files.get(`recordings/${id}/metadata.json`)!.toString('utf8')).toContain('Petra Person');
    const loudness = ({ files }: TestBundle) => loudnessOf(files.get(`recordings/${id}/audio.wav`)!);
    const [both, side] = [loudness(whole), loudness(bundle)];
    const silent = parties.findIndex(({ name }) => name === 'Ana Agent');
    expect(both.every((level) => level > 500)).toBe(true);
    expect(side[1 - silent]).toBeGreaterThan(500);
    expect(side[silent]).toBeLessThan(both[silent]! / 10);
  });

  test('of several recordings, one of them destroyed, has certificate and chain of that and verifies', async () => {
    const gone = await disposed();
    const kept = await enriched();
    const bundle = await bundles.make([gone, kept]);
    expect([...bundle.files.keys()].filter((path) => path.includes(gone))).toEqual([
      `recordings/${gone}/metadata.json`,
      `recordings/${gone}/custody.json`,
    ]);
    expect(json(bundle, `recordings/${gone}/metadata.json`)).toMatchObject({
      state: 'disposed',
      playable: null,
      call: null,
      parties: [],
      certificate: { rules: expect.any(Array) as unknown },
    });
    expect(bundle.files.get('index.csv')?.toString()).toContain(`${gone},disposed,`);
    const verdict = await bundles.verify(bundle.bytes);
    expect(verdict.checks.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(verdict.verdict).toBe('verified');
  });

  test('leaves out a derived part of which the log does not tell, and says so', async () => {
    const id = await bundles.bench.retain();
    const [media] = await partsOf(id);
    await bundles.database.asOwner(
      `insert into part (tenant_id, id, recording_id, kind, store, object_key, bytes, ciphertext_bytes, sha256, sha512, ciphertext_sha256)
       select tenant_id, gen_random_uuid(), recording_id, 'waveform', store, object_key, bytes, ciphertext_bytes, sha256, sha512, ciphertext_sha256
         from part where id = $1`,
      [media!.id],
    );
    const bundle = await bundles.make([id]);
    expect(json(bundle, `recordings/${id}/metadata.json`)['partsLeftOut']).toMatchObject([
      { kind: 'waveform' },
    ]);
    expect((await bundles.verify(bundle.bytes)).verdict).toBe('verified');
  });
});

test('the history of a bundle has the first time stamp over each leaf, by which an outsider says when it stood', async () => {
  const authority = makeTimeStampAuthority();
  const { tenantId } = bundles.database;
  const stamped: BundleAccess['checkpoint'] = async (tenant) => {
    const head = await bundles.access.checkpoint(tenant);
    const text = Buffer.from(parseNote(head.note).text, 'utf8');
    const timestamp = authority.reply(timeStampRequest(text, randomBytes(8)));
    await bundles.database.asOwner(
      `insert into ledger_time_stamp (tenant_id, size, authority, response, stamped_at)
       values ($1, $2, 'test', $3, now()) on conflict do nothing`,
      [tenant, head.size, timestamp],
    );
    return { ...head, timestamp };
  };
  const first = await bundles.bench.retain();
  const early = await stamped(tenantId);
  await bundles.bench.retain();
  await stamped(tenantId); // proves of the first nothing that the earlier one does not
  const second = await bundles.bench.retain();
  const between = await stamped(tenantId);
  const bundle = await bundles.make([second, first], {}, { checkpoint: stamped });
  const history = (bundle.files.get('ledger/history.jsonl')?.toString('utf8') ?? '').trimEnd().split('\n');
  const sizes = history.map((line) =>
    Number((JSON.parse(line) as { checkpoint: string }).checkpoint.split('\n')[1]),
  );
  expect(sizes).toEqual([early.size, between.size, json(bundle, 'manifest.json')['ledgerSize']]);
  const timestamps = { required: true, authorities: [authority.root] };
  const verdict = await bundles.verify(bundle.bytes, { timestamps });
  expect(verdict.checks.filter(({ result }) => result === 'failed')).toEqual([]);
  expect(verdict.verdict).toBe('verified');
  authority.close();
});

describe('a bundle in which something was changed', () => {
  let bundle: TestBundle;
  beforeAll(async () => {
    bundle = await bundles.make([await enriched()]);
  });

  const repacked = (change: (files: Map<string, Buffer>) => void): Buffer => {
    const files = new Map(bundle.files);
    change(files);
    return makeZip([...files].map(([path, bytes]) => ({ path, bytes })));
  };

  test('is refused for every one of its files', async () => {
    expect((await bundles.verify(repacked(() => undefined))).verdict).toBe('verified');
    for (const [path, content] of bundle.files) {
      const changed = Buffer.from(content);
      const at = changed.length >> 1;
      changed[at] = (changed[at] ?? 0) ^ 1;
      const verdict = await bundles.verify(repacked((files) => files.set(path, changed)));
      expect([path, verdict.verdict]).toEqual([path, 'refused']);
      const without = await bundles.verify(repacked((files) => files.delete(path)));
      expect([path, without.verdict]).toEqual([path, 'refused']);
    }
  });

  test('is refused when it is cut off anywhere', async () => {
    for (let part = 1; part <= 10; part += 1) {
      const cut = bundle.bytes.subarray(0, Math.floor((bundle.bytes.length * part) / 11));
      expect((await bundles.verify(cut)).verdict).toBe('refused');
    }
  });
});

describe('a bundle that cannot be whole', () => {
  /** Reads what there is; the end of a container is the one thing that must never come. */
  async function expectNone(access: BundleAccess, id: string, code: string): Promise<void> {
    const made = makeBundle(access, bundles.order([id]));
    const pieces: Buffer[] = [];
    const reading = (async () => {
      for await (const piece of made.bytes) pieces.push(piece);
    })();
    await expect(reading).rejects.toMatchObject({ code });
    await expect(made.sealed).rejects.toMatchObject({ code });
    expect(Buffer.concat(pieces).includes(Buffer.from('PK\u0005\u0006'))).toBe(false);
  }

  test('comes of no recording with a bit flipped in the store', async () => {
    const id = await bundles.bench.retain();
    const part = (await partsOf(id)).find(({ kind }) => kind === 'media');
    const path = join(bundles.bench.objects, part!.objectKey);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expectNone(bundles.access, id, 'integrity_failed');
  });

  test('comes of no recording whose store fails midway, and the attempt stands in the log', async () => {
    const id = await bundles.bench.retain();
    let opened = 0;
    const objects = changedObjectStore(bundles.access.objects, {
      open(key) {
        opened += 1;
        if (opened === 3) throw new HoldfastError('unavailable', 'The store is away.');
        return bundles.access.objects.open(key);
      },
    });
    await expectNone({ ...bundles.access, objects }, id, 'unavailable');
    const leaves = await bundles.database.db.forTenant(bundles.database.tenantId, (tx) =>
      readLeavesAbout(tx, id),
    );
    expect(leaves.map(({ act }) => act)).toContain('recording.exported');
  });

  test('comes of no recording whose keys cannot be had', async () => {
    const id = await bundles.bench.retain();
    const keys = {
      ...bundles.access.keys,
      unwrap: () => Promise.reject(new HoldfastError('key_unavailable', 'The key service is away.')),
    };
    await expectNone({ ...bundles.access, keys }, id, 'key_unavailable');
  });

  test('comes of no recording that is destroyed while it is exported', async () => {
    const id = await bundles.bench.retain();
    let opened = 0;
    const objects = changedObjectStore(bundles.access.objects, {
      async open(key) {
        opened += 1;
        if (opened === 1) await destroy(id);
        return bundles.access.objects.open(key);
      },
    });
    await expectNone({ ...bundles.access, objects }, id, 'gone');
  });

  test('comes of no recording whose row says other than the log', async () => {
    for (const lie of ['sha512 = sha256 || sha256', "kind = 'metadata'", 'bytes = bytes + 1']) {
      const changed = await bundles.bench.retain();
      const [media] = await partsOf(changed);
      await bundles.database.asOwner(`update part set ${lie} where id = $1`, [media!.id]);
      await expectNone(bundles.access, changed, 'integrity_failed');
    }
  });

  test('comes of no log that is not what was signed', async () => {
    const id = await bundles.bench.retain();
    const checkpoint: BundleAccess['checkpoint'] = async (tenantId) => ({
      ...(await bundles.access.checkpoint(tenantId)),
      root: Buffer.alloc(32),
    });
    await expectNone({ ...bundles.access, checkpoint }, id, 'integrity_failed');
  });

  test('comes of no reader who stops early', async () => {
    const id = await bundles.bench.retain();
    const made = makeBundle(bundles.access, bundles.order([id]));
    for await (const piece of made.bytes) if (piece.length > 0) break;
    await expect(made.sealed).rejects.toMatchObject({ code: 'gone' });
  });

  test('comes of no order that names a recording of nobody, twice, or still in the spool, and nothing is entered', async () => {
    const id = await bundles.bench.capture();
    const attempt = (ids: readonly string[], watermark = 'm'): Promise<Buffer[]> =>
      Array.fromAsync(
        makeBundle(bundles.access, bundles.order(ids, { recipient: { name: 'E', watermark } })).bytes,
      );
    await expect(attempt([id])).rejects.toMatchObject({ code: 'conflict' });
    await expect(attempt([id, randomUUID()])).rejects.toMatchObject({ code: 'conflict' });
    await expect(attempt([randomUUID()])).rejects.toMatchObject({ code: 'not_found' });
    await expect(attempt([id, id])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(attempt([])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(attempt([id], 'two words')).rejects.toMatchObject({ code: 'invalid_input' });
    const leaves = await bundles.database.db.forTenant(bundles.database.tenantId, (tx) =>
      readLeavesAbout(tx, id),
    );
    expect(leaves.map(({ body }) => parseLeaf(body).act)).toEqual(['recording.sealed']);
  });
});

test('what is captured is never marked: the parts of two copies are equal and their sound is not', async () => {
  const id = await bundles.bench.retain();
  const one = await bundles.make([id]);
  const two = await bundles.make([id], { recipient: { name: 'Otto Other', watermark: 'hf-other' } });
  for (const part of await partsOf(id)) {
    const path = `recordings/${id}/parts/${part.id}`;
    expect(two.files.get(path)).toEqual(one.files.get(path));
    const plaintext = await Array.fromAsync(streamPart(bundles.access, bundles.database.tenantId, part));
    expect(one.files.get(path)).toEqual(Buffer.concat(plaintext));
  }
  expect(two.files.get(`recordings/${id}/audio.wav`)).not.toEqual(
    one.files.get(`recordings/${id}/audio.wav`),
  );
});
