/**
 * A strict reader for exactly the container of docs/evidence-bundle.md. It never unpacks to a disk, and never takes
 * memory by a length the file claims: every length is first held against the bytes that are there.
 */
import { crc32 } from 'node:zlib';
import { quoted, refused } from '../refused.ts';
import type { ByteSource } from './byte-source.ts';
import { MAX_READ } from './byte-source.ts';
import { PathSet, pathFault } from './entry-path.ts';
import type { CentralHeader } from './zip-records.ts';
import {
  CENTRAL_BYTES,
  END64_BYTES,
  END_BYTES,
  LOCAL_BYTES,
  LOCATOR_BYTES,
  MAX_VARIABLE_BYTES,
  centralLengths,
  checkLocal,
  descriptorFits,
  parseCentral,
  parseEnd,
} from './zip-records.ts';

/** Most entries of a bundle. */
export const MAX_ENTRIES = 200_000;

const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

/** One file in a bundle, as the central directory describes it. */
export interface Entry extends CentralHeader {
  readonly path: string;
  /** Where the next entry, or the directory, begins. */
  readonly end: number;
}

/** An opened container. */
export interface Container {
  readonly entries: readonly Entry[];
  /**
   * The bytes of an entry. Its local header is checked first, checksum and sizes after the last byte: a caller must
   * not rely on anything before the end. @throws integrity_failed naming the entry; unavailable.
   */
  read(entry: Entry): AsyncGenerator<Buffer>;
}

/** Opens a container by its central directory. @throws integrity_failed with the reason; unavailable. */
export async function openContainer(source: ByteSource): Promise<Container> {
  const entries = await readDirectory(source);
  return { entries, read: (entry) => readEntry(source, entry) };
}

async function readDirectory(source: ByteSource): Promise<Entry[]> {
  const tailBytes = Math.min(source.size, END_BYTES + LOCATOR_BYTES + END64_BYTES);
  const end = parseEnd(await source.read(source.size - tailBytes, tailBytes));
  if ('fault' in end) throw refused(`The bundle is not a ZIP file as bundles are: ${end.fault}.`);
  const { entries: count, directoryOffset, directoryBytes, endBytes } = end;
  const directoryEnd = directoryOffset + directoryBytes;
  if (directoryEnd !== source.size - endBytes)
    throw refused(
      'The bundle is not whole: its directory does not lie where its end says. Something was cut out or put in.',
    );
  if (count > MAX_ENTRIES)
    throw refused(`The bundle claims ${count} entries; a bundle has at most ${MAX_ENTRIES}.`);
  if (directoryBytes > MAX_DIRECTORY_BYTES)
    throw refused('The directory of the bundle is larger than 64 MiB.');
  const found: { path: string; header: CentralHeader }[] = [];
  const paths = new PathSet();
  let at = directoryOffset;
  while (found.length < count) {
    const { path, header, bytes } = await readCentral(source, at, directoryEnd);
    const fault = pathFault(path) ?? paths.add(path);
    if (fault !== undefined)
      throw refused(`The entry ${quoted(path)} is refused because of its name: ${fault}.`);
    found.push({ path, header });
    at += bytes;
  }
  if (at !== directoryEnd) throw refused('The directory of the bundle is longer than the entries it counts.');
  return placeEntries(found, directoryOffset);
}

async function readCentral(
  source: ByteSource,
  at: number,
  directoryEnd: number,
): Promise<{ path: string; header: CentralHeader; bytes: number }> {
  const short = (): Error => refused('The directory of the bundle ends within an entry.');
  if (at + CENTRAL_BYTES > directoryEnd) throw short();
  const fixed = await source.read(at, CENTRAL_BYTES);
  const lengths = centralLengths(fixed);
  if ('fault' in lengths) throw refused(`The bundle is refused: ${lengths.fault}.`);
  const variable = lengths.name + lengths.extra;
  if (variable > MAX_VARIABLE_BYTES)
    throw refused(
      'An entry of the bundle is refused: its name or its extra fields are longer than the format permits.',
    );
  if (at + CENTRAL_BYTES + variable > directoryEnd) throw short();
  const rest = await source.read(at + CENTRAL_BYTES, variable);
  const path = rest.toString('latin1', 0, lengths.name);
  const header = parseCentral(fixed, rest.subarray(lengths.name));
  if ('fault' in header) throw refused(`The entry ${quoted(path)} is refused: ${header.fault}.`);
  return { path, header, bytes: CENTRAL_BYTES + variable };
}

/** Entries must fill the file up to the directory, in its order; what lies exactly between is checked as they are read. */
function placeEntries(
  found: readonly { readonly path: string; readonly header: CentralHeader }[],
  directoryOffset: number,
): Entry[] {
  if ((found[0]?.header.offset ?? directoryOffset) !== 0)
    throw refused('There are bytes before the first entry of the bundle, which belong to nothing.');
  return found.map(({ path, header }, index) => {
    const end = found[index + 1]?.header.offset ?? directoryOffset;
    if (header.time !== found[0]?.header.time)
      throw refused(
        `The entry ${quoted(path)} is refused: it bears another time than the entries before it.`,
      );
    const least = header.offset + LOCAL_BYTES + path.length + header.size;
    if (end > directoryOffset || least > end)
      throw refused(
        `The entry ${quoted(path)} is refused: it overlaps what comes after it, or is longer than the bundle.`,
      );
    return { ...header, path, end };
  });
}

async function* readEntry(source: ByteSource, entry: Entry): AsyncGenerator<Buffer> {
  const { path, size } = entry;
  const fail = (reason: string): Error => refused(`The entry ${quoted(path)} is refused: ${reason}.`);
  const fixed = await source.read(entry.offset, LOCAL_BYTES);
  const [nameBytes, extraBytes] = [fixed.readUInt16LE(26), fixed.readUInt16LE(28)];
  if (nameBytes !== path.length || extraBytes > 20) throw fail('its two headers differ');
  if (entry.offset + LOCAL_BYTES + nameBytes + extraBytes + size > entry.end)
    throw fail('it overlaps what comes after it');
  const variable = await source.read(entry.offset + LOCAL_BYTES, nameBytes + extraBytes);
  if (variable.toString('latin1', 0, nameBytes) !== path) throw fail('its two headers bear different names');
  const local = checkLocal(fixed, variable.subarray(nameBytes), entry);
  if ('fault' in local) throw fail(local.fault);
  const start = entry.offset + LOCAL_BYTES + variable.length;
  if (start + size + local.descriptorBytes !== entry.end)
    throw fail('between it and what comes after it lie bytes that belong to nothing, or it overlaps');
  let crc = 0;
  for (let done = 0; done < size; done += MAX_READ) {
    const bytes = await source.read(start + done, Math.min(MAX_READ, size - done));
    crc = crc32(bytes, crc);
    yield bytes;
  }
  if (crc !== entry.crc)
    throw fail('its bytes do not have the checksum in its header, so it was damaged or changed');
  if (local.descriptorBytes === 0) return;
  const descriptor = await source.read(start + size, local.descriptorBytes);
  if (!descriptorFits(descriptor, entry))
    throw fail('the sizes or the checksum behind it are not those of the directory');
}
