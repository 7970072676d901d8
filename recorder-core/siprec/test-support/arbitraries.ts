import fc from 'fast-check';
import { formatMetadataTime } from '../metadata-time.ts';
import type { AssociationTimes, MetadataTime, RecordingMetadata } from '../metadata.ts';

const text = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' })
  .map((value) => value.trim() || 'x');
const id = fc.constantFrom('a', 'b', 'c', 'urn:uuid:1', 'd+e/==');

const time: fc.Arbitrary<MetadataTime> = fc
  .integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) })
  .map((epochMs) => ({ raw: formatMetadataTime(epochMs), epochMs }));

const times: fc.Arbitrary<AssociationTimes> = optional({ associateTime: time, disassociateTime: time });

const unique = <T>(item: fc.Arbitrary<T>, key: (value: T) => string): fc.Arbitrary<T[]> =>
  fc.uniqueArray(item, { selector: key, maxLength: 4 });

/** Any metadata document the model can hold, extension data left out; ids come from a small set so that they meet. */
export const metadataArbitrary: fc.Arbitrary<RecordingMetadata> = fc.record({
  dataMode: fc.constantFrom('complete' as const, 'partial' as const),
  groups: unique(join(fc.record({ id }), times), (item) => item.id),
  sessions: unique(
    join(
      fc.record({
        id,
        sipSessionIds: fc.array(text, { maxLength: 2 }),
        reasons: fc.array(text, { maxLength: 1 }),
      }),
      optional({ groupId: text, startTime: time, stopTime: time }),
    ),
    (item) => item.id,
  ),
  participants: unique(
    fc.record({
      id,
      nameIds: fc.array(join(fc.record({ aor: text }), optional({ name: text })), { maxLength: 2 }),
    }),
    (item) => item.id,
  ),
  streams: unique(
    join(fc.record({ id }), optional({ sessionId: text, label: text, mode: text }), times),
    (item) => item.id,
  ),
  sessionRecordings: unique(join(fc.record({ sessionId: id }), times), (item) => item.sessionId),
  participantSessions: unique(
    join(fc.record({ participantId: id, sessionId: id, params: fc.array(text, { maxLength: 1 }) }), times),
    (item) => `${item.participantId} ${item.sessionId}`,
  ),
  participantStreams: unique(
    join(
      fc.record({
        participantId: id,
        send: fc.array(id, { maxLength: 2 }),
        receive: fc.array(id, { maxLength: 2 }),
      }),
      times,
    ),
    (item) => item.participantId,
  ),
  extensions: fc.constant([]),
});

/** A record of which each key may be missing. */
function optional<T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(shape, { requiredKeys: [] }) as unknown as fc.Arbitrary<Partial<T>>;
}

function join<A, B, C = object>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
  c?: fc.Arbitrary<C>,
): fc.Arbitrary<A & B & C> {
  return fc.tuple(a, b, c ?? fc.constant({})).map(([x, y, z]) => ({ ...x, ...y, ...z }) as A & B & C);
}
