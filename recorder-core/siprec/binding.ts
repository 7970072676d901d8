/**
 * Who speaks on which media line.
 *
 * The chain is label, stream, sender, participant (RFC 7865 sections 6.5 and 6.9). Where it is
 * broken, the fall-backs in order: who spoke there before, position, vendor header, From/To/PAI.
 * Every fall-back and every contradiction leaves a warning.
 */
import { headerSpeakers } from './header-speakers.ts';
import { warning, type RecordingWarning } from './warnings.ts';
import type { NameId, Participant, Stream } from './metadata.ts';
import type { MetadataState } from './metadata-state.ts';
import type { OfferedStream } from './offered-stream.ts';
import type { SipRequest } from '../sip/message.ts';

/** Somebody who speaks on a media line, and how that is known. */
export interface Speaker {
  readonly participantId?: string;
  readonly nameId?: NameId;
  readonly placeholder?: true;
  readonly source: 'metadata' | 'position' | 'header';
}

/** A media line and its speakers: none is unknown, two or more is mixed audio. */
export interface StreamBinding {
  readonly mLineIndex: number;
  readonly label?: string;
  readonly speakers: readonly Speaker[];
}

/** The speakers of all lines, and the participants that speak on none. */
export interface Bindings {
  readonly bindings: readonly StreamBinding[];
  readonly listeners: readonly Speaker[];
  readonly warnings: readonly RecordingWarning[];
}

/** What the binding goes by. `spokeBefore` gives the speakers of a line until now, by m-line index. */
export interface BindingInput {
  readonly streams: readonly OfferedStream[];
  readonly metadata: MetadataState;
  readonly request?: SipRequest;
  /** Labels of lines that were offered and are closed: a stream of theirs may still be described. */
  readonly closedLabels?: ReadonlySet<string>;
  spokeBefore?(mLineIndex: number): readonly Speaker[];
}

/** The participants that are in the call: named, and not gone from every session they were in. */
export function presentParticipants(state: MetadataState): Participant[] {
  const associations = [...state.participantSessions.values()].map((known) => known.item);
  return [...state.participants.values()]
    .map((known) => known.item)
    .filter((participant) => {
      const own = associations.filter((item) => item.participantId === participant.id);
      return own.length === 0 || own.some((item) => item.disassociateTime === undefined);
    });
}

/** Binds speakers to media lines. Pure; never throws. */
export function bindStreams(input: BindingInput): Bindings {
  const binder = new Binder(input);
  binder.bySender();
  binder.byHistory();
  binder.byPosition();
  binder.byHeader();
  return binder.result();
}

class Binder {
  readonly #input: BindingInput;
  readonly #participants: ReadonlyMap<string, Participant>;
  readonly #speakers: Map<OfferedStream, Speaker[]>;
  readonly #bound = new Set<string>();
  readonly #warnings: RecordingWarning[] = [];

  constructor(input: BindingInput) {
    this.#input = input;
    this.#participants = new Map(presentParticipants(input.metadata).map((item) => [item.id, item]));
    this.#speakers = new Map(input.streams.map((stream) => [stream, []]));
  }

  bySender(): void {
    const { streams, metadata, closedLabels } = this.#input;
    const described = [...metadata.streams.values()]
      .map((known) => known.item)
      .filter((stream) => stream.disassociateTime === undefined);
    const associations = [...metadata.participantStreams.values()]
      .map((known) => known.item)
      .filter((item) => item.disassociateTime === undefined && this.#participants.has(item.participantId));
    for (const offered of streams) {
      const stream = describedStream(offered, described);
      if (stream === undefined && described.length > 0) this.#warn('label_not_in_metadata', offered);
      const names = [stream?.id, offered.label].filter((name) => name !== undefined);
      const senders = associations.filter((item) => item.send.some((id) => names.includes(id)));
      for (const sender of senders) this.#add(offered, sender.participantId, 'metadata');
    }
    const ids = new Set(described.flatMap((stream) => [stream.id, stream.label ?? stream.id]));
    if (associations.some((item) => item.send.some((id) => !ids.has(id)))) this.#warn('stream_unknown');
    const labels = new Set([...(closedLabels ?? []), ...streams.map((stream) => stream.label)]);
    if (streams.length > 0 && described.some((item) => item.label !== undefined && !labels.has(item.label))) {
      this.#warn('label_not_in_sdp');
    }
  }

  /** A party on hold is often left out of the metadata: the line remains its line. */
  byHistory(): void {
    for (const [stream, speakers] of this.#speakers) {
      if (speakers.length > 0) continue;
      for (const speaker of this.#input.spokeBefore?.(stream.mLineIndex) ?? []) {
        const { participantId } = speaker;
        // Headers named somebody for want of metadata; now that there is some, they stand in nobody's way.
        if (participantId === undefined && this.#participants.size === 0) speakers.push(speaker);
        else if (participantId === undefined) continue;
        else if (this.#participants.has(participantId) && !this.#bound.has(participantId)) {
          this.#add(stream, participantId, speaker.source);
        }
      }
    }
  }

  /** As many silent participants as lines without speaker: in order. One line for all: mixed. */
  byPosition(): void {
    const lines = this.#unbound();
    const idle = [...this.#participants.keys()].filter((id) => !this.#bound.has(id));
    if (lines.length === 0 || idle.length === 0) return;
    const [only] = lines;
    const mixed = only !== undefined && this.#audio().length === 1;
    if (!mixed && lines.length !== idle.length) return;
    for (const [index, id] of idle.entries()) {
      const line = mixed ? only : lines[index];
      if (line === undefined) continue;
      this.#add(line, id, 'position');
      this.#warn('party_by_position', line);
    }
  }

  byHeader(): void {
    const { request } = this.#input;
    if (request === undefined || this.#participants.size > 0) return;
    const free = new Set(this.#unbound());
    for (const { stream, nameId } of headerSpeakers(request, this.#audio())) {
      if (!free.has(stream)) continue;
      this.#speakers.get(stream)?.push({ nameId, source: 'header' });
      this.#warn('party_from_headers', stream);
    }
  }

  result(): Bindings {
    const bindings = [...this.#speakers].map(([stream, speakers]) => {
      if (speakers.length === 0 && isOpenAudio(stream)) this.#warn('party_unknown', stream);
      if (speakers.length > 1) this.#warn('label_shared', stream);
      if (namesAnother(stream.cname, speakers)) this.#warn('source_name_differs', stream);
      const { mLineIndex, label } = stream;
      return { mLineIndex, ...(label !== undefined && { label }), speakers };
    });
    const listeners = [...this.#participants.keys()]
      .filter((id) => !this.#bound.has(id))
      .map((id) => this.#speaker(id, 'metadata'));
    return { bindings, listeners, warnings: this.#warnings };
  }

  #add(stream: OfferedStream, participantId: string, source: Speaker['source']): void {
    this.#speakers.get(stream)?.push(this.#speaker(participantId, source));
    this.#bound.add(participantId);
  }

  #speaker(participantId: string, source: Speaker['source']): Speaker {
    const participant = this.#participants.get(participantId);
    const nameId = participant?.nameIds[0];
    return {
      participantId,
      ...(nameId && { nameId }),
      ...(participant?.placeholder && { placeholder: true }),
      source,
    };
  }

  #audio(): OfferedStream[] {
    return this.#input.streams.filter(isOpenAudio);
  }

  #unbound(): OfferedStream[] {
    return this.#audio().filter((stream) => this.#speakers.get(stream)?.length === 0);
  }

  #warn(code: RecordingWarning['code'], stream?: OfferedStream): void {
    this.#warnings.push(warning(code, stream?.label));
  }
}

/** By label; a line without label by its place among the described streams. */
function describedStream(offered: OfferedStream, described: readonly Stream[]): Stream | undefined {
  if (offered.label !== undefined) return described.find((stream) => stream.label === offered.label);
  return described[offered.mLineIndex];
}

function isOpenAudio(stream: OfferedStream): boolean {
  return stream.media === 'audio' && stream.port !== 0;
}

/** Only a canonical name that is an address can be compared (RFC 7022 makes others random). */
function namesAnother(cname: string | undefined, speakers: readonly Speaker[]): boolean {
  const known = speakers.flatMap((speaker) =>
    speaker.nameId === undefined ? [] : [bareAddress(speaker.nameId.aor)],
  );
  if (cname === undefined || !/^sips?:|^tel:/i.test(cname) || known.length === 0) return false;
  return !known.includes(bareAddress(cname));
}

function bareAddress(aor: string): string {
  return aor
    .replace(/^(sips?|tel):/i, '')
    .replace(/[;?].*$/, '')
    .toLowerCase();
}
