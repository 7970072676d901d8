import { logOrigin } from '../records/log-origin.ts';
import { beginExport } from './begin-export.ts';
import { BundleFiles } from './bundle-files.ts';
import type { BundleCheckpoint, BundleAccess, BundleOrder, SealedBundle } from './bundle-order.ts';
import { readmeText } from './bundle-readme.ts';
import type { BundleRow } from './bundle-row.ts';
import { coverPdf } from './cover.ts';
import { indexLines } from './index-csv.ts';
import { datLines, optLines, PROFILES } from './load-files.ts';
import { canonical } from './plain-json.ts';
import { narrowToLines } from './narrow-to-lines.ts';
import { readExported } from './read-recording.ts';
import { sealBundle } from './seal-bundle.ts';
import { markChips } from './sound-mark.ts';
import { bundleHistory, jsonLines, leafLines } from './write-ledger.ts';
import { writeRecording, type ManifestRecording } from './write-recording.ts';

/** What all files after those of the recordings are made of. */
interface Collected {
  readonly head: BundleCheckpoint;
  readonly recordings: readonly ManifestRecording[];
  readonly rows: readonly BundleRow[];
  /** Indices of all leaves about the recordings, ascending. */
  readonly leaves: readonly number[];
  /** Those of them whose commitments stay closed: they are about people whose side is not given. */
  readonly unopened: ReadonlySet<number>;
}

/** The bytes of a bundle, see `makeBundle`; answers its seal. */
export async function* writeBundle(
  access: BundleAccess,
  order: BundleOrder,
): AsyncGenerator<Buffer, SealedBundle, undefined> {
  const files = new BundleFiles(order.at);
  await beginExport(access, order);
  const head = await access.checkpoint(order.tenantId);
  yield* files.add({ path: 'README.txt', role: 'reader', content: [Buffer.from(readmeText(order), 'utf8')] });
  const collected = yield* writeRecordings(access, order, head, files);
  yield* writeLists(access, order, collected, files);
  const listed = files.written.length;
  const manifest = canonical(describeBundle(access, order, collected, files));
  const { sha256 } = yield* files.add({ path: 'manifest.json', role: 'manifest', content: [manifest] });
  const statement = { manifestSha256: sha256, files: listed, recordings: collected.recordings.length };
  const seal = await sealBundle(access, order, head, statement);
  yield* files.add({ path: 'seal/seal.json', role: 'seal', content: [canonical(seal)] });
  yield* files.finish();
  return { ...statement, bytes: files.bytes, sealIndex: seal.index };
}

async function* writeRecordings(
  access: BundleAccess,
  order: BundleOrder,
  head: BundleCheckpoint,
  files: BundleFiles,
): AsyncGenerator<Buffer, Collected, undefined> {
  const mark = { order, chips: markChips(access.markKey, order.recipient.watermark) };
  const recordings: ManifestRecording[] = [];
  const rows: BundleRow[] = [];
  const leaves: number[] = [];
  const unopened = new Set<number>();
  for (const id of order.recordingIds) {
    const whole = await access.db.forTenant(order.tenantId, (tx) => readExported(tx, id, head));
    const lines = order.lines?.get(id);
    const exported = lines === undefined ? whole : narrowToLines(whole, lines);
    const { listed, row } = yield* writeRecording(access, mark, { exported, head }, files);
    recordings.push(listed);
    rows.push(row);
    const indices = exported.leaves.map(({ index }) => index);
    leaves.push(...indices);
    if (lines !== undefined) for (const index of indices) unopened.add(index);
  }
  return { head, recordings, rows, leaves: leaves.sort((a, b) => a - b), unopened };
}

/** Load files, log, index and cover: what is about all recordings together. */
async function* writeLists(
  { db, software }: BundleAccess,
  order: BundleOrder,
  { head, rows, leaves, unopened }: Collected,
  files: BundleFiles,
): AsyncGenerator<Buffer, void, undefined> {
  for (const profile of PROFILES) {
    const dat = datLines(rows, order.matter, profile);
    yield* files.add({ path: `load/${profile}/load.dat`, role: 'load', content: dat });
    yield* files.add({ path: `load/${profile}/load.opt`, role: 'load', content: optLines(rows, profile) });
  }
  const log = { db, tenantId: order.tenantId, head };
  const history = await bundleHistory(log, leaves);
  yield* files.add({
    path: 'ledger/leaves.jsonl',
    role: 'ledger',
    content: leafLines(log, leaves, unopened),
  });
  yield* files.add({ path: 'ledger/history.jsonl', role: 'ledger', content: jsonLines(history) });
  yield* files.add({ path: 'index.csv', role: 'reader', content: indexLines(rows) });
  const origin = logOrigin(order.tenantId);
  const cover = await coverPdf({ order, software, origin, head, rows, files: files.written });
  yield* files.add({ path: 'cover.pdf', role: 'reader', content: [cover] });
}

function describeBundle(
  { software }: BundleAccess,
  { id, tenantId, at, purpose, matter, recipient }: BundleOrder,
  { head, recordings }: Collected,
  files: BundleFiles,
) {
  return {
    format: 'holdfast-bundle/1',
    id,
    origin: logOrigin(tenantId),
    createdAt: at.toISOString(),
    purpose,
    matter,
    recipient: { name: recipient.name, watermark: recipient.watermark },
    software,
    ledgerSize: head.size,
    recordings,
    files: files.written,
  };
}
