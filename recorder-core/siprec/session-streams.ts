import { isNullAddress, type OfferedStream } from './offered-stream.ts';

/** Where a source sends a stream from, as last stated with a real address. */
export interface RemoteAddress {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
}

/** A running stream of a recording session; `key` never changes, so a port can hang on it. */
export interface SessionStream {
  /** `label=<label>`, or `line=<index>` for a line that had no usable label of its own; unique in the session. */
  readonly key: string;
  readonly offered: OfferedStream;
  readonly remote: RemoteAddress;
  readonly addedAt: number;
}

/** What can happen to a running stream. */
export type StreamChangeKind = 'hold' | 'resume' | 'address' | 'formats' | 'protocol' | 'keys';

/** A stream, as it is now, and what changed about it. */
export interface StreamChange {
  readonly stream: SessionStream;
  readonly changes: readonly StreamChangeKind[];
}

/** The streams after an offer and how they differ from those before. */
export interface StreamsUpdate {
  readonly streams: readonly SessionStream[];
  readonly added: readonly SessionStream[];
  readonly changed: readonly StreamChange[];
  readonly removed: readonly SessionStream[];
}

/**
 * Carries the streams of a session over to a new offer (RFC 3264 section 8, RFC 7866 section 7.1.2).
 * A stream is the same when its label is; where one side has no label, when its place is. A line
 * with port 0, or no longer there, is removed. Pure.
 */
export function updateStreams(
  before: readonly SessionStream[],
  offered: readonly OfferedStream[],
  at: number,
): StreamsUpdate {
  const open = offered.filter((stream) => stream.port !== 0);
  const known = matchStreams(before, open);
  const keys = new Set(before.map((stream) => stream.key));
  const added: SessionStream[] = [];
  const changed: StreamChange[] = [];
  const streams = open.map((line) => {
    const previous = known.get(line);
    const next: SessionStream = {
      key: previous?.key ?? freeKey(line, keys),
      offered: line,
      remote: remoteOf(line, previous),
      addedAt: previous?.addedAt ?? at,
    };
    keys.add(next.key);
    const changes = previous === undefined ? [] : differences(previous, next);
    if (previous === undefined) added.push(next);
    else if (changes.length > 0) changed.push({ stream: next, changes });
    return next;
  });
  const kept = new Set(known.values());
  return { streams, added, changed, removed: before.filter((stream) => !kept.has(stream)) };
}

function matchStreams(
  before: readonly SessionStream[],
  offered: readonly OfferedStream[],
): Map<OfferedStream, SessionStream> {
  const found = new Map<OfferedStream, SessionStream>();
  const free = new Set(before);
  const take = (line: OfferedStream, match: (stream: SessionStream) => boolean): void => {
    const stream = found.has(line) ? undefined : [...free].find(match);
    if (stream === undefined) return;
    found.set(line, stream);
    free.delete(stream);
  };
  for (const line of offered) {
    if (line.label !== undefined) take(line, (stream) => stream.offered.label === line.label);
  }
  for (const line of offered) {
    take(line, ({ offered: old }) => {
      const unlabelled = line.label === undefined || old.label === undefined;
      return unlabelled && old.mLineIndex === line.mLineIndex && old.media === line.media;
    });
  }
  return found;
}

/** What a line is called wherever it is recorded: its label, or its key where that was missing, taken or too long. Unique in the session. */
export function lineLabel(key: string): string {
  return key.startsWith('label=') ? key.slice('label='.length) : key;
}

/** Labels are short tokens (RFC 4574); a longer one would not fit where the name of a line is looked up. */
const MAX_LABEL_LENGTH = 256;

/** Never one that is or was just in use: a key stands for one stream. */
function freeKey(line: OfferedStream, taken: ReadonlySet<string>): string {
  const label = line.proposedLabel ?? line.label;
  const named = label !== undefined && label.length <= MAX_LABEL_LENGTH;
  if (named && !taken.has(`label=${label}`)) return `label=${label}`;
  const byPlace = `line=${line.mLineIndex}`;
  let key = byPlace;
  for (let count = 2; taken.has(key); count += 1) key = `${byPlace}/${count}`;
  return key;
}

/** The null address only says hold: the source has not moved. */
function remoteOf(line: OfferedStream, previous: SessionStream | undefined): RemoteAddress {
  const { address, port, rtcpPort } = line;
  const nowhere = isNullAddress(address) || address === '';
  return nowhere && previous !== undefined ? previous.remote : { address, port, rtcpPort };
}

function differences(before: SessionStream, after: SessionStream): StreamChangeKind[] {
  const changes: StreamChangeKind[] = [];
  if (before.offered.held !== after.offered.held) changes.push(after.offered.held ? 'hold' : 'resume');
  if (JSON.stringify(before.remote) !== JSON.stringify(after.remote)) changes.push('address');
  if (JSON.stringify(before.offered.formats) !== JSON.stringify(after.offered.formats))
    changes.push('formats');
  if (before.offered.protocol !== after.offered.protocol) changes.push('protocol');
  if (JSON.stringify(before.offered.crypto) !== JSON.stringify(after.offered.crypto)) changes.push('keys');
  return changes;
}
