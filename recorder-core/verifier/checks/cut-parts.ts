/** Parts that were made by cutting a span of time out of others: what is left of them against what the log says was kept. */
import { createHash } from 'node:crypto';
import type { ManifestPart } from '../manifest.ts';
import { refused } from '../refused.ts';
import type { Of } from '../shape.ts';
import { SHA256, UUID, WORD, count, object, optional, text } from '../shape.ts';
import type { ReadContainer } from './container.ts';

/** How an entry says that a part was made by a cut. */
export const cutFacts = optional(
  object({
    id: UUID,
    approval: UUID,
    ground: WORD,
    line: text(),
    fromMs: count(),
    toMs: count(1),
    packets: count(),
    kept: object({ records: count(), sha256: SHA256 }),
  }),
);
export type CutFacts = NonNullable<Of<typeof cutFacts>>;

/** As the packet log has it: `"HFPL" version:u8`, then records of `type:u8 length:u16 arrival:u48` and a body. */
const PREAMBLE = Buffer.from('HFPL\x03', 'latin1');
const FRAME_BYTES = 9;
const HEADER = 0;
const LAST_KEPT_TYPE = 3;
const PLACE = 4;
/** An RTP header and a playing time, and nothing that was said. */
const PLACE_BYTES = 16;

/**
 * Reads a part that was made by a cut and requires that its records are those that were carried over, and that nothing is left of
 * a packet that was cut out but its place. @throws integrity_failed naming the part.
 */
export async function checkCutPart(
  { container, digests }: ReadContainer,
  part: ManifestPart,
  { kept }: CutFacts,
): Promise<void> {
  const found = digests.get(part.path ?? '');
  if (found === undefined) throw broken(part, 'it is not in the bundle');
  const digest = createHash('sha256');
  let records = 0;
  for await (const { type, bytes } of recordsOf(part, container.read(found.entry))) {
    if (type === HEADER) continue;
    if (type === PLACE) {
      if (bytes.length !== FRAME_BYTES + PLACE_BYTES)
        throw broken(part, 'more than its place is left of a packet');
      continue;
    }
    digest.update(bytes);
    records += 1;
  }
  if (records !== kept.records || digest.digest('hex') !== kept.sha256)
    throw broken(part, 'what is left is not what the log says was carried over');
}

interface LogRecord {
  readonly type: number;
  readonly bytes: Buffer;
}

async function* recordsOf(part: ManifestPart, content: AsyncIterable<Uint8Array>): AsyncGenerator<LogRecord> {
  let rest = Buffer.alloc(0);
  let begun = false;
  for await (const piece of content) {
    rest = Buffer.concat([rest, piece]);
    let at = 0;
    if (!begun) {
      if (rest.length < PREAMBLE.length) continue;
      if (!rest.subarray(0, PREAMBLE.length).equals(PREAMBLE))
        throw broken(part, 'it is no log of such a part');
      begun = true;
      at = PREAMBLE.length;
    }
    while (at + FRAME_BYTES <= rest.length) {
      const end = at + FRAME_BYTES + rest.readUInt16BE(at + 1);
      if (end > rest.length) break;
      const type = rest.readUInt8(at);
      if (type > LAST_KEPT_TYPE && type !== PLACE) throw broken(part, 'it has a record that no such log has');
      yield { type, bytes: rest.subarray(at, end) };
      at = end;
    }
    rest = rest.subarray(at);
  }
  if (!begun || rest.length > 0) throw broken(part, 'it ends within a record');
}

function broken({ id }: ManifestPart, what: string): Error {
  return refused(`A span was cut out of the part ${id}, and ${what}: it was exchanged or changed.`);
}

/** A cut for people: "line 1 from 0:12.000 to 0:19.500 (card-data, approval …)". */
export function cutInWords({ line, fromMs, toMs, ground, approval }: CutFacts): string {
  return `line ${line} from ${placeInWords(fromMs)} to ${placeInWords(toMs)} (${ground}, approval ${approval})`;
}

function placeInWords(ms: number): string {
  const seconds = (Math.floor(ms / 1000) % 60).toString().padStart(2, '0');
  return `${Math.floor(ms / 60_000)}:${seconds}.${(ms % 1000).toString().padStart(3, '0')}`;
}
