import { parseCSeq } from './cseq.ts';
import { Headers } from './headers.ts';
import { hopOf, type Hop } from './hop.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseNameAddr, tagOf } from './name-addr.ts';
import { parseUri, uriScheme } from './uri.ts';

/** The facts from which a dialog begins. */
export interface DialogStart {
  readonly callId: string;
  /** From value of our requests, with our tag. */
  readonly local: string;
  /** To value of our requests, with the peer's tag if it has one. */
  readonly remote: string;
  readonly localCSeq: number;
  readonly remoteCSeq: number | undefined;
  readonly routeSet: readonly string[];
  readonly remoteTarget: string;
  /** True when the call was asked for with sips:. */
  readonly secure?: boolean;
  /** True on the caller's side. */
  readonly caller?: boolean;
}

/** The state of a dialog and the requests that follow from it (RFC 3261 section 12); sends nothing itself. */
export class DialogState {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** True when our Contact has to be a sips: URI (section 12.1.1). */
  readonly secure: boolean;
  /** True when we made the Call-ID. */
  readonly caller: boolean;
  readonly #local: string;
  readonly #remote: string;
  readonly #routeSet: readonly string[];
  #localCSeq: number;
  #remoteCSeq: number | undefined;
  #remoteTarget: string;

  constructor(start: DialogStart) {
    this.callId = start.callId;
    this.localTag = tagOf(start.local) ?? '';
    this.remoteTag = tagOf(start.remote) ?? '';
    this.secure = start.secure ?? false;
    this.caller = start.caller ?? false;
    this.#local = start.local;
    this.#remote = start.remote;
    this.#localCSeq = start.localCSeq;
    this.#remoteCSeq = start.remoteCSeq;
    this.#routeSet = start.routeSet;
    this.#remoteTarget = start.remoteTarget;
  }

  /**
   * The callee's side (section 12.1.1). A missing or unreadable Contact, which the RFC forbids, is replaced by
   * `fallbackTarget`, so that the call is recorded all the same.
   */
  static ofServer(invite: SipRequest, localTag: string, fallbackTarget: string): DialogState {
    const { headers } = invite;
    const to = headers.get('To') ?? '';
    return new DialogState({
      callId: headers.get('Call-ID') ?? '',
      local: tagOf(to) === undefined ? `${to};tag=${localTag}` : to,
      remote: headers.get('From') ?? '',
      localCSeq: 0,
      remoteCSeq: parseCSeq(headers.get('CSeq'))?.number,
      routeSet: headers.getAll('Record-Route'),
      remoteTarget: contactUri(headers) ?? fallbackTarget,
      secure: isSecure(invite),
    });
  }

  /** The caller's side, from our INVITE and its 2xx (section 12.1.2). */
  static ofClient(invite: SipRequest, response: SipResponse): DialogState {
    return new DialogState({
      callId: invite.headers.get('Call-ID') ?? '',
      local: invite.headers.get('From') ?? '',
      remote: response.headers.get('To') ?? '',
      localCSeq: parseCSeq(invite.headers.get('CSeq'))?.number ?? 1,
      remoteCSeq: undefined,
      routeSet: response.headers.getAll('Record-Route').reverse(),
      remoteTarget: contactUri(response.headers) ?? invite.uri,
      secure: isSecure(invite),
      caller: true,
    });
  }

  /** Takes the CSeq of an incoming request; false when it is not above the last one (section 12.2.2). */
  takeCSeq(number: number): boolean {
    if (this.#remoteCSeq !== undefined && number <= this.#remoteCSeq) return false;
    this.#remoteCSeq = number;
    return true;
  }

  /** Follows the peer to a new Contact: target refresh by INVITE and UPDATE, or a 2xx to ours (section 12.2). */
  refreshTarget(headers: Headers): void {
    this.#remoteTarget = contactUri(headers) ?? this.#remoteTarget;
  }

  /** The next request of ours; `cseq` repeats a number for ACK and CANCEL. Via is added on sending. */
  request(method: string, cseq = (this.#localCSeq += 1)): SipRequest {
    const headers = new Headers([
      ['Max-Forwards', '70'],
      ['From', this.#local],
      ['To', this.#remote],
      ['Call-ID', this.callId],
      ['CSeq', `${String(cseq)} ${method}`],
    ]);
    const first = uriOf(this.#routeSet[0]);
    // A first route without lr is a strict router: it wants itself as Request-URI and the target last (12.2.1.1).
    const strict = first !== undefined && parseUri(first)?.params.has('lr') !== true;
    const routes = strict ? [...this.#routeSet.slice(1), `<${this.#remoteTarget}>`] : this.#routeSet;
    for (const route of routes) headers.append('Route', route);
    return {
      kind: 'request',
      method,
      uri: strict ? first : this.#remoteTarget,
      headers,
      body: Buffer.alloc(0),
    };
  }

  /** Where the next request goes: first route or target. Throws as `hopOf` does. */
  nextHop(): Hop {
    return hopOf(uriOf(this.#routeSet[0]) ?? this.#remoteTarget);
  }
}

/** True when a request asks for TLS on every hop. */
export function isSecure(request: SipRequest): boolean {
  return uriScheme(request.uri) === 'sips';
}

function uriOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : parseNameAddr(value)?.uri;
}

/** Only an address we could send to replaces the target. */
function contactUri(headers: Headers): string | undefined {
  const uri = uriOf(headers.get('Contact'));
  return uri !== undefined && parseUri(uri) !== undefined ? uri : undefined;
}
