import type { SrtpKeys } from '../../../media/srtp/srtp-keys.ts';
import { formatCrypto } from '../../../media/srtp/sdes.ts';
import type { MediaLine } from '../media/media-line.ts';
import type { CallFacts, CallMember } from './client-metadata.ts';
import { buildClientSdp, type ClientSdpLine } from './client-sdp.ts';

/** How a line stands in offer and metadata. */
export interface ModelLine {
  readonly media: MediaLine;
  readonly streamId: string;
  /** The label in SDP and metadata; undefined where the dialect gives none. */
  readonly label: string | undefined;
  direction: 'sendonly' | 'inactive';
  nullAddress: boolean;
  /** Nobody is heard on it, whatever its direction says. */
  held: boolean;
  /** Its last member has left. */
  closed: boolean;
  /** Number of the codec, where the recorder's own offer gave it another. */
  payloadType?: number;
  keys?: SrtpKeys;
  /** Of the recorder's own offer; 1 otherwise. */
  cryptoTag?: number;
}

/** Ids and clocks of a call. */
export interface CallModelOptions {
  readonly address: string;
  readonly sipSessionId: string;
  /** A fresh id, as the metadata writes ids. */
  newId(): string;
  readonly sdpSessionId: string;
  /** The lines carry the audio of several members each. */
  readonly mixed: boolean;
}

/** Who is in a call, on which lines, and how it stands. Offers and metadata are made from it; it sends nothing. */
export class CallModel {
  readonly lines: ModelLine[] = [];
  readonly #members: { -readonly [Key in keyof CallMember]: CallMember[Key] }[] = [];
  readonly #options: CallModelOptions;
  readonly #sessionId: string;
  readonly #groupId: string;
  #version = 0;
  /** Media lines that were ever described. */
  #places = 0;
  /** Epoch ms; the time of the first offer until the call is answered. */
  startedAt = 0;

  constructor(options: CallModelOptions) {
    this.#options = options;
    this.#sessionId = options.newId();
    this.#groupId = options.newId();
  }

  /** Adds a line at the end; media lines never change their place (RFC 3264 section 8). */
  addLine(media: MediaLine, label: string | undefined, keys?: SrtpKeys): ModelLine {
    const line: ModelLine = {
      media,
      streamId: this.#options.newId(),
      label,
      direction: 'sendonly',
      nullAddress: false,
      held: false,
      closed: false,
      ...(keys && { keys }),
    };
    this.lines.push(line);
    return line;
  }

  join(party: { readonly aor: string; readonly name?: string }, line: ModelLine, at: number): CallMember {
    const { aor, name } = party;
    const member = {
      id: this.#options.newId(),
      aor,
      ...(name !== undefined && { name }),
      streamId: line.streamId,
      joinedAt: at,
    };
    this.#members.push(member);
    return member;
  }

  /** The member of that number, in order of joining from 0, leaves; undefined when it is not in the call. */
  leave(number: number, at: number): CallMember | undefined {
    const member = this.#members[number];
    if (member === undefined || member.leftAt !== undefined) return undefined;
    member.leftAt = at;
    return member;
  }

  /** The line that the member of that number speaks on, or spoke. */
  lineOfMember(number: number): ModelLine | undefined {
    return this.lines.find(({ streamId }) => streamId === this.#members[number]?.streamId);
  }

  /** Those on a line who have not left. */
  membersOn(line: ModelLine): readonly CallMember[] {
    return this.#members.filter(({ streamId, leftAt }) => streamId === line.streamId && leftAt === undefined);
  }

  /** Content for the metadata. */
  facts(): CallFacts {
    return {
      sessionId: this.#sessionId,
      groupId: this.#groupId,
      sipSessionId: this.#options.sipSessionId,
      startedAt: this.startedAt,
      members: this.#members.map((member) => ({ ...member })),
      streams: this.lines
        .filter(({ closed }) => !closed)
        .map(({ streamId, label, held }) => ({
          id: streamId,
          label,
          held,
          ...(this.#options.mixed && { mixed: true }),
        })),
    };
  }

  /**
   * A session description of how the call stands now; each has a version of its own. As the answer to an offer of the
   * recorder it has as many media lines as that: those the call has no use for are refused (RFC 3264 section 6), and keep
   * their places from then on (section 8).
   */
  describe(offeredLines = Math.max(this.lines.length, this.#places)): string {
    this.#version += 1;
    this.#places = Math.max(this.#places, offeredLines);
    const { address, sdpSessionId: sessionId } = this.#options;
    const described = this.lines.slice(0, offeredLines).map(describeLine);
    const [first] = described;
    while (first !== undefined && described.length < offeredLines)
      described.push({ ...first, label: undefined, port: 0, crypto: [] });
    return buildClientSdp(described, { address, sessionId, version: this.#version });
  }
}

function describeLine(line: ModelLine): ClientSdpLine {
  const { media, label, closed, direction, nullAddress, payloadType, keys, cryptoTag = 1 } = line;
  return {
    label,
    port: closed ? 0 : media.port,
    codec: media.track.codec,
    ...(payloadType !== undefined && { payloadType }),
    ptimeMs: media.track.ptimeMs,
    direction,
    nullAddress,
    ...(keys && { crypto: [cryptoOf(keys, cryptoTag)] }),
  };
}

function cryptoOf(keys: SrtpKeys, tag: number): string {
  return formatCrypto({ tag, spelling: keys.suite, suite: keys.suite, keys: [keys], parameters: [] });
}
