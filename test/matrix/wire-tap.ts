import { readBody } from '../../recorder-core/siprec/offer.ts';
import type { OfferedStream } from '../../recorder-core/siprec/offered-stream.ts';
import { Headers } from '../../recorder-core/sip/headers.ts';
import type { SipResponse } from '../../recorder-core/sip/message.ts';
import type { Dialog, InviteOptions, RequestContent, UserAgent } from '../../recorder-core/sip/user-agent.ts';

/** A body that the recording client sent. */
export interface SentBody {
  readonly method: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** The metadata in a body; undefined where there is none. */
export function metadataIn({
  contentType,
  body,
}: SentBody): { contentType: string; body: Buffer } | undefined {
  const { metadata } = readBody({ headers: Headers.from({ 'Content-Type': contentType }), body });
  return metadata && { contentType: metadata.contentType, body: metadata.raw };
}

/** An offer of the recording client's and what came back. */
export interface Exchange {
  readonly offered: readonly OfferedStream[];
  readonly response: SipResponse;
}

/** What one dialog carried, as the recording client saw it. */
export interface TappedDialog {
  readonly dialog: Dialog;
  readonly sent: readonly SentBody[];
  readonly exchanges: readonly Exchange[];
}

/** Listens in between a recording client and its SIP stack, and adds headers to its INVITEs. */
export class WireTap {
  readonly dialogs: TappedDialog[] = [];
  readonly #agent: UserAgent;

  constructor(agent: UserAgent) {
    this.#agent = agent;
  }

  /** A user agent whose calls are overheard; `headers` go into each INVITE. */
  through(headers: Readonly<Record<string, string>> = {}): Pick<UserAgent, 'invite'> {
    return {
      invite: async (options: InviteOptions) => {
        const sent: SentBody[] = [];
        const { acknowledge } = options;
        note(sent, 'INVITE', options);
        const answered = await this.#agent.invite({
          ...options,
          headers: { ...options.headers, ...headers },
          ...(acknowledge && { acknowledge: (response) => note(sent, 'ACK', acknowledge(response)) }),
        });
        const exchanges: Exchange[] = [];
        noteExchange(exchanges, options, answered.response);
        overhear(answered.dialog, sent, exchanges);
        this.dialogs.push({ dialog: answered.dialog, sent, exchanges });
        return answered;
      },
    };
  }
}

type Body = Pick<RequestContent, 'contentType' | 'body'>;

function overhear(dialog: Dialog, sent: SentBody[], exchanges: Exchange[]): void {
  const { request, bye } = dialog;
  dialog.request = async (method, content = {}) => {
    const { acknowledge } = content;
    note(sent, method, content);
    const response = await request.call(dialog, method, {
      ...content,
      ...(acknowledge && { acknowledge: (answer) => note(sent, 'ACK', acknowledge(answer)) }),
    });
    noteExchange(exchanges, content, response);
    return response;
  };
  dialog.bye = (content) => {
    if (content !== undefined && dialog.state !== 'ended') note(sent, 'BYE', content);
    return bye.call(dialog, content);
  };
}

function note<T extends Body>(sent: SentBody[], method: string, content: T): T {
  const { contentType = '', body = Buffer.alloc(0) } = content;
  if (body.length > 0) sent.push({ method, contentType, body });
  return content;
}

function noteExchange(exchanges: Exchange[], content: Body, response: SipResponse): void {
  const { contentType = '', body = Buffer.alloc(0) } = content;
  const { sdp, streams } = readBody({ headers: Headers.from({ 'Content-Type': contentType }), body });
  if (sdp !== undefined && response.status < 300) exchanges.push({ offered: streams, response });
}
