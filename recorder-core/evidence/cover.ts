import type { BundleFile } from './bundle-files.ts';
import type { BundleCheckpoint, BundleOrder, BundlePerson } from './bundle-order.ts';
import { NOT_IN_BUNDLE, VERIFICATION_STEPS } from './bundle-readme.ts';
import type { BundleRow } from './bundle-row.ts';
import { CoverPages } from './cover-pages.ts';

/** What the cover tells of. */
export interface CoverContent {
  readonly order: BundleOrder;
  readonly software: string;
  readonly origin: string;
  readonly head: BundleCheckpoint;
  readonly rows: readonly BundleRow[];
  /** Everything in the bundle before the cover. */
  readonly files: readonly BundleFile[];
}

/** More recordings than anyone reads on paper are in `index.csv` alone. */
const MOST_ROWS = 1000;

/** `cover.pdf`: for people who will never run a program. */
export async function coverPdf(content: CoverContent): Promise<Buffer> {
  const { order } = content;
  const pages = new CoverPages({
    title: `Evidence bundle ${order.id}`,
    at: order.at,
    mark: order.recipient.watermark,
    copyFor: `Copy for ${order.recipient.name}`,
  });
  pages.title('Evidence bundle');
  writeFacts(pages, content);
  writeRecordings(pages, content.rows);
  writeDigests(pages, content.files);
  pages.heading('How to verify this bundle');
  for (const [index, step] of VERIFICATION_STEPS.entries()) pages.paragraph(`${index + 1}. ${step}`);
  pages.heading('What is not in it');
  for (const text of NOT_IN_BUNDLE) pages.paragraph(`• ${text}`);
  pages.heading('How this copy is marked');
  pages.paragraph(
    'Every page of this document, the manifest, the metadata and every sound file name the recipient. The sound files also carry a noise, too quiet to disturb, by which a copy can be traced to its recipient after it was converted. What was captured is in the bundle unmarked and unchanged.',
  );
  return pages.finish();
}

function writeFacts(pages: CoverPages, { order, software, origin, head, rows, files }: CoverContent): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  pages.fact('Bundle', order.id);
  pages.fact('Made', `${readable(order.at.toISOString())} by ${software}`);
  pages.fact('Recipient', `${order.recipient.name} (mark ${order.recipient.watermark})`);
  pages.fact('Purpose', order.purpose);
  pages.fact('Matter', order.matter ?? 'none named');
  pages.fact('Asked for by', person(order.requestedBy));
  pages.fact(
    'Approved by',
    order.approvedBy === null ? 'no second person was needed' : person(order.approvedBy),
  );
  pages.fact(
    'Content',
    `${count(rows.length, 'recording')} in ${count(files.length, 'file')}, ${bytes} bytes, besides this cover`,
  );
  pages.fact(
    'Log',
    `${origin}, ${count(head.size, 'entry', 'entries')}, ${head.timestamp === null ? 'without a time stamp' : 'time-stamped'}`,
  );
}

function writeRecordings(pages: CoverPages, rows: readonly BundleRow[]): void {
  pages.heading(`Recordings (${rows.length})`);
  for (const [index, row] of rows.slice(0, MOST_ROWS).entries()) {
    const gone = row.destroyed > 0 ? `, ${row.destroyed} of ${row.parts} parts destroyed` : '';
    pages.block(
      `${index + 1}. ${readable(row.startedAt)}, ${duration(row.durationMs)}, ${row.state}${gone}`,
      [
        `Recording ${row.id}`,
        row.parties.length === 0 ? 'Parties: none known' : `Parties: ${row.parties.join('; ')}`,
        ...(row.holds.length > 0 ? [`On hold for: ${row.matters.join('; ')}`] : []),
      ],
      row.sound === null ? ['no sound file'] : [`SHA-256 of audio.wav  ${row.sound.sha256}`],
    );
  }
  if (rows.length > MOST_ROWS)
    pages.paragraph(`The other ${rows.length - MOST_ROWS} recordings are listed in index.csv.`);
}

/** Those of the files that lead to all others; the manifest itself, made after this page, stands in the seal. */
function writeDigests(pages: CoverPages, files: readonly BundleFile[]): void {
  pages.heading('Digests');
  pages.paragraph(
    'SHA-256 of the lists in this bundle. manifest.json names every file with its digests; its own digest stands in the log, in the entry of seal/seal.json.',
  );
  for (const { path, sha256, role } of files) {
    if (role === 'ledger' || role === 'load' || path === 'index.csv') pages.block(path, [], [sha256]);
  }
}

function person({ name, id }: BundlePerson): string {
  return `${name} (${id})`;
}

/** RFC 3339 as people read it. */
function readable(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)} long`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
