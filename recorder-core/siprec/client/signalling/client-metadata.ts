import { formatMetadataTime } from '../../metadata-time.ts';
import type { AssociationTimes, RecordingMetadata } from '../../metadata.ts';

/** Somebody in the call that the recording client plays. */
export interface CallMember {
  readonly id: string;
  readonly aor: string;
  readonly name?: string;
  /** Id of the stream it speaks on; several may share one. */
  readonly streamId: string;
  /** Epoch ms. */
  readonly joinedAt: number;
  readonly leftAt?: number;
}

/** A stream of the call; `held` while nobody speaks on it. */
export interface CallStream {
  readonly id: string;
  readonly label: string | undefined;
  readonly held: boolean;
  /** Audio of several members in one. */
  readonly mixed?: boolean;
}

/** What the metadata of a call is made from. */
export interface CallFacts {
  readonly sessionId: string;
  readonly groupId: string;
  readonly sipSessionId: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly members: readonly CallMember[];
  readonly streams: readonly CallStream[];
}

/** Everything that holds now (RFC 7865 section 6.1): who has left is not in it, and nobody sends on a held stream. */
export function completeMetadata(call: CallFacts): RecordingMetadata {
  const present = call.members.filter(({ leftAt }) => leftAt === undefined);
  return {
    ...describe(call, present, call.streams),
    dataMode: 'complete',
    groups: [{ id: call.groupId }],
    sessionRecordings: [{ sessionId: call.sessionId, associateTime: time(call.startedAt) }],
  };
}

/** Only these members, with who has left among them, and the streams they speak on (RFC 7865 section 6.1.2). */
export function partialMetadata(call: CallFacts, changed: readonly CallMember[]): RecordingMetadata {
  const streams = call.streams.filter(({ id }) => changed.some(({ streamId }) => streamId === id));
  return describe(call, changed, streams);
}

function describe(
  call: CallFacts,
  members: readonly CallMember[],
  streams: readonly CallStream[],
): RecordingMetadata {
  const { sessionId, groupId, sipSessionId } = call;
  const audible = new Set(call.streams.filter(({ held }) => !held).map(({ id }) => id));
  return {
    dataMode: 'partial',
    groups: [],
    sessions: [{ id: sessionId, groupId, sipSessionIds: [sipSessionId], reasons: [] }],
    participants: members.map(({ id, aor, name }) => ({
      id,
      nameIds: [name === undefined ? { aor } : { aor, name }],
    })),
    streams: streams.map(({ id, label, mixed }) => ({
      id,
      sessionId,
      ...(label !== undefined && { label }),
      ...(mixed === true && { mode: 'mixed' }),
    })),
    sessionRecordings: [],
    participantSessions: members.map((member) => ({
      participantId: member.id,
      sessionId,
      params: [],
      ...timesOf(member),
    })),
    participantStreams: members
      .filter(({ leftAt }) => leftAt === undefined)
      .map(({ id, streamId }) => ({
        participantId: id,
        send: audible.has(streamId) ? [streamId] : [],
        receive: [...audible].filter((other) => other !== streamId),
      })),
    extensions: [],
  };
}

function timesOf({ joinedAt, leftAt }: CallMember): AssociationTimes {
  return {
    associateTime: time(joinedAt),
    ...(leftAt !== undefined && { disassociateTime: time(leftAt) }),
  };
}

function time(epochMs: number): { raw: string; epochMs: number } {
  return { raw: formatMetadataTime(epochMs), epochMs };
}
