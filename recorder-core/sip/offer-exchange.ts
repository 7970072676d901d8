import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { parseContentType } from './content-type.ts';
import type { Refusal } from './contract.ts';

/**
 * Which INVITEs and offers of a dialog wait for their final answer, in each direction, so that only one is
 * under way at a time (RFC 3261 section 14.2, RFC 3311 section 5.2).
 */
export class OfferExchange {
  #ours = 0;
  #theirs = 0;

  /**
   * The refusal for an incoming request that collides: 491 with one of ours, 500 with Retry-After with an earlier one of
   * theirs. `retryAfter` in seconds.
   */
  collision(request: SipRequest, retryAfter: string): Refusal | undefined {
    if (!isOffer(request)) return undefined;
    if (this.#ours > 0) return { status: 491 };
    if (this.#theirs === 0) return undefined;
    return { status: 500, reason: 'Earlier offer not answered yet', headers: { 'Retry-After': retryAfter } };
  }

  /** True while this request of ours must wait for another. */
  blocks(request: SipRequest): boolean {
    return isOffer(request) && (this.#ours > 0 || this.#theirs > 0);
  }

  /** Marks a request as under way when it counts; the returned function marks its end, once. */
  begin(request: SipRequest, side: 'ours' | 'theirs'): () => void {
    return isOffer(request) ? this.#begin(side) : () => undefined;
  }

  /**
   * Takes our 2xx to an INVITE: with an offer of ours in it, as the INVITE had none, that offer is under way until the ACK brings
   * its answer (RFC 3261 section 13.2.1). The returned function marks its end, once.
   */
  answered(invite: SipRequest, answer: SipResponse): () => void {
    return holdsDescription(answer) && !holdsDescription(invite) ? this.#begin('ours') : () => undefined;
  }

  #begin(side: 'ours' | 'theirs'): () => void {
    this.#add(side, 1);
    let open = true;
    return () => {
      if (open) this.#add(side, -1);
      open = false;
    };
  }

  #add(side: 'ours' | 'theirs', change: number): void {
    if (side === 'ours') this.#ours += change;
    else this.#theirs += change;
  }
}

/** INVITE always counts; UPDATE when its body can hold an offer: bare metadata collides with nothing. */
export function isOffer(request: SipRequest): boolean {
  if (request.method === 'INVITE') return true;
  return request.method === 'UPDATE' && holdsDescription(request);
}

/** True when the body is, or may hold, a session description. */
function holdsDescription({ headers, body }: SipMessage): boolean {
  if (body.length === 0) return false;
  const { type } = parseContentType(headers.get('Content-Type') ?? '');
  return type === 'application/sdp' || type.startsWith('multipart/');
}
