import { endOfHeaders } from './header-lines.ts';
import { contentLength, malformed, readHead, SIZE_LIMITS } from './message.ts';
import type { MalformedMessage, MessageHead, SipMessage } from './message.ts';

/** What a stream yields: a message, a refusal, or a CRLF CRLF keep-alive to be answered with CRLF (RFC 5626 section 3.5.1). */
export type StreamItem =
  | { readonly type: 'message'; readonly message: SipMessage }
  | { readonly type: 'ping' }
  /** After `fatal` nobody knows where the next message begins: answer if possible and close. */
  | { readonly type: 'malformed'; readonly message: MalformedMessage; readonly fatal: boolean };

const CR = 0x0d;
const LF = 0x0a;

/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 section 18.3; without the header a message has no
 * body). The same bytes give the same items however they are split. Holds at most one message within
 * SIZE_LIMITS; cost is linear in the bytes, also when they come one by one.
 */
export class StreamFramer {
  #buffer = Buffer.alloc(4096);
  #used = 0;
  /** How far the search for the empty line has come. */
  #searched = 0;
  #loneLineEnds = 0;
  #awaited: { head: MessageHead | MalformedMessage; bodyAt: number; end: number } | undefined;
  #dead = false;

  /** True while part of a message has come and the rest has not. */
  get waiting(): boolean {
    return this.#used > 0;
  }

  /** Takes the next bytes and returns what they complete. Never throws; after a fatal refusal it returns nothing more. */
  push(chunk: Buffer): StreamItem[] {
    if (this.#dead) return [];
    this.#append(chunk);
    const items: StreamItem[] = [];
    for (let item = this.#next(); item !== undefined && !this.#dead; item = this.#next()) {
      items.push(item);
      if (item.type === 'malformed' && item.fatal) this.#dead = true;
    }
    if (this.#dead) this.#used = 0;
    return items;
  }

  #next(): StreamItem | undefined {
    if (this.#awaited === undefined) {
      if (this.#skipLineEnds()) return { type: 'ping' };
      const refusal = this.#readHead();
      if (refusal !== undefined) return { type: 'malformed', message: refusal, fatal: true };
    }
    const { head, bodyAt, end } = this.#awaited ?? { bodyAt: 0, end: Infinity };
    if (head === undefined || this.#used < end) return undefined;
    const body = Buffer.from(this.#buffer.subarray(bodyAt, end));
    this.#consume(end);
    this.#awaited = undefined;
    if (head.kind === 'malformed') return { type: 'malformed', message: head, fatal: false };
    return { type: 'message', message: { ...head, body } };
  }

  /** True for a completed ping. A single line end between messages is a pong or padding and means nothing. */
  #skipLineEnds(): boolean {
    let at = 0;
    let ping = false;
    while (!ping && this.#buffer[at] === CR && this.#buffer[at + 1] === LF && at + 1 < this.#used) {
      at += 2;
      this.#loneLineEnds = (this.#loneLineEnds + 1) % 2;
      ping = this.#loneLineEnds === 0;
    }
    if (at > 0) this.#consume(at);
    return ping;
  }

  /** Fills `#awaited` once the head is complete, or refuses what can have no end. */
  #readHead(): MalformedMessage | undefined {
    const bytes = this.#buffer.subarray(0, this.#used);
    const end = endOfHeaders(bytes, this.#searched);
    // An empty line is at most three bytes (LF CR LF) and may be split anywhere.
    this.#searched = Math.max(0, this.#used - 2);
    if (end === -1 && this.#used <= SIZE_LIMITS.head) return undefined;
    this.#loneLineEnds = 0;
    const { head } = readHead(end === -1 ? bytes : bytes.subarray(0, end));
    if (end === -1 || end > SIZE_LIMITS.head)
      return malformed(head, 513, 'Headers larger than this server reads');
    const length = contentLength(head);
    if (typeof length === 'object') return head.kind === 'malformed' ? head : length;
    if (head.kind === 'malformed' && head.method === undefined) return head;
    this.#awaited = { head, bodyAt: end, end: end + (length ?? 0) };
    return undefined;
  }

  /** Doubles the buffer when needed, so that copying stays linear. */
  #append(chunk: Buffer): void {
    const needed = this.#used + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#used);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#used);
    this.#used = needed;
  }

  #consume(length: number): void {
    this.#buffer.copyWithin(0, length, this.#used);
    this.#used -= length;
    this.#searched = 0;
    if (this.#used === 0 && this.#buffer.length > SIZE_LIMITS.head) this.#buffer = Buffer.alloc(4096);
  }
}
