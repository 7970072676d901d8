/**
 * Writes a part and a journal on a disk that refuses, and prints what it was told. Run by `runOnLimitedDisk`.
 * Usage: node limited-disk-writer.ts <folder> <key in hexadecimal> <recording id>
 */
import { join } from 'node:path';
import { PartWriter } from '../../recorder-core/capture/part-writer.ts';
import { SessionJournal, type JournalEntry } from '../../recorder-core/capture/session-journal.ts';
import { isHoldfastError } from '../../recorder-core/errors.ts';

const [folder = '', keyHex = '', recordingId = ''] = process.argv.slice(2);
const key = Buffer.from(keyHex, 'hex');
const codeOf = (error: unknown): string => (isHoldfastError(error) ? error.code : String(error));

const faults: string[] = [];
const writer = await PartWriter.create({
  path: join(folder, 'part'),
  key,
  context: Buffer.from('context'),
  onFault: (error) => {
    faults.push(codeOf(error));
  },
});
for (let piece = 0; piece < 10; piece += 1) writer.write(Buffer.alloc(10_000, piece));
await writer.close();

const journal = await SessionJournal.create(join(folder, 'journal'), key, recordingId);
const outcomes: string[] = [];
for (const length of [100, 60_000, 200, 60_000, 300]) {
  const entry: JournalEntry = { type: 'answer', atMs: length, body: 'x'.repeat(length) };
  outcomes.push(await journal.append(entry).then(() => 'kept', codeOf));
}
await journal.close();

process.stdout.write(JSON.stringify({ faults, outcomes }));
