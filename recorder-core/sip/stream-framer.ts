import { endOfHeaders } from './header-lines.ts';
import { contentLength, malformed, readHead, SIZE_LIMITS } from './message.ts';
import type { MalformedMessage, MessageHead, SipMessage } from './message.ts';
import { ownCopy } from './own-copy.ts';

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
  /** What is held lies between these two; taking from its front moves no bytes, as a chunk may hold many items. */
  #start = 0;
  #end = 0;
  /** How far the search for the empty line has come, from the start. */
  #searched = 0;
  #loneLineEnds = 0;
  #awaited: { head: MessageHead | MalformedMessage; bodyAt: number; end: number } | undefined;
  #dead = false;

  /** True while part of a message has come and the rest has not. */
  get waiting(): boolean {
    return this.#end > this.#start;
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
    if (this.#dead) this.#end = this.#start;
    return items;
  }

  #next(): StreamItem | undefined {
    if (this.#awaited === undefined) {
      if (this.#skipLineEnds()) return { type: 'ping' };
      const refusal = this.#readHead();
      if (refusal !== undefined) return { type: 'malformed', message: refusal, fatal: true };
    }
    const { head, bodyAt, end } = this.#awaited ?? { bodyAt: 0, end: Infinity };
    const bytes = this.#held();
    if (head === undefined || bytes.length < end) return undefined;
    const body = ownCopy(bytes.subarray(bodyAt, end));
    this.#consume(end);
    this.#awaited = undefined;
    if (head.kind === 'malformed') return { type: 'malformed', message: head, fatal: false };
    return { type: 'message', message: { ...head, body } };
  }

  /** True for a completed ping. A single line end between messages is a pong or padding and means nothing. */
  #skipLineEnds(): boolean {
    let at = this.#start;
    let ping = false;
    while (!ping && this.#buffer[at] === CR && this.#buffer[at + 1] === LF && at + 1 < this.#end) {
      at += 2;
      this.#loneLineEnds = (this.#loneLineEnds + 1) % 2;
      ping = this.#loneLineEnds === 0;
    }
    if (at > this.#start) this.#consume(at - this.#start);
    return ping;
  }

  /** Fills `#awaited` once the head is complete, or refuses what can have no end. */
  #readHead(): MalformedMessage | undefined {
    const bytes = this.#held();
    const end = endOfHeaders(bytes, this.#searched);
    // An empty line is at most three bytes (LF CR LF) and may be split anywhere.
    this.#searched = Math.max(0, bytes.length - 2);
    if (end === -1 && bytes.length <= SIZE_LIMITS.head) return undefined;
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

  #held(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Moves what is left to the front, at most once per chunk, and doubles the buffer when needed: copying stays linear. */
  #append(chunk: Buffer): void {
    const held = this.#end - this.#start;
    const needed = held + chunk.length;
    const target =
      needed > this.#buffer.length ? Buffer.alloc(Math.max(needed, this.#buffer.length * 2)) : this.#buffer;
    if (target !== this.#buffer || this.#start > 0) this.#buffer.copy(target, 0, this.#start, this.#end);
    chunk.copy(target, held);
    this.#buffer = target;
    this.#start = 0;
    this.#end = needed;
  }

  #consume(length: number): void {
    this.#start += length;
    this.#searched = 0;
    // An idle connection does not keep the room that a large message took.
    if (!this.waiting && this.#buffer.length > SIZE_LIMITS.head) {
      this.#buffer = Buffer.alloc(4096);
      this.#start = this.#end = 0;
    }
  }
}
