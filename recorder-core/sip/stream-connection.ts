import type { Socket } from 'node:net';
import type { Flow, ListenAddress, SipSource, Transport, TransportHandlers } from './flow.ts';
import { StreamFramer, type StreamItem } from './stream-framer.ts';
import { after, every, type SipTimers } from './timers.ts';
import type { TlsPeer } from './tls-peer.ts';

/** A peer that lets this much of our output pile up reads nothing any more. */
const MAX_UNSENT = 4 * 1024 * 1024;

/** What a connection needs from its transport. */
export interface ConnectionOptions {
  readonly handlers: TransportHandlers;
  readonly transport: Transport;
  readonly local: ListenAddress;
  /** Who is at the other end. */
  readonly source: SipSource;
  readonly timers: SipTimers;
}

/**
 * One stream connection as a flow: frames what comes, answers keep-alives, closes on peers that are unreadable,
 * too slow, or deaf. Works over any stream socket: TCP and TLS.
 */
export class StreamConnection implements Flow {
  readonly local: ListenAddress;
  readonly reliable = true;
  readonly transport: Transport;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #framer = new StreamFramer();
  readonly #pending = new Set<(error: Error) => void>();
  readonly #stopIdleWatch: () => void;
  #source: SipSource;
  #error: Error | undefined;
  #stopDeadline: (() => void) | undefined;
  #open = true;
  #heard = false;
  #pongs = 0;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#source = options.source;
    this.local = options.local;
    this.transport = options.transport;
    this.#socket = socket;
    this.#options = options;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    socket.on('error', (error) => {
      this.#error = error;
      options.handlers.onError(error, this.source);
    });
    socket.on('close', () => {
      this.#closed();
    });
    this.#stopIdleWatch = every(options.timers.streamIdle, () => {
      this.#endIdle();
    });
  }

  get source(): SipSource {
    return this.#source;
  }

  get open(): boolean {
    return this.#open && this.#socket.writable;
  }

  /** Adds what a handshake that ended after the connection was made told about the peer. */
  identify(tls: TlsPeer): void {
    this.#source = { ...this.#source, tls };
  }

  /** Closes the connection unless a first message comes in time; for connections that others opened. */
  expectMessage(): void {
    this.#startDeadline();
  }

  send(bytes: Buffer, onError: (error: Error) => void): void {
    if (!this.open) {
      queueMicrotask(() => {
        onError(this.#error ?? new Error('The connection is closed.'));
      });
      return;
    }
    this.#pending.add(onError);
    // The outcome of a failed write is reported once, when the connection closes.
    this.#write(bytes, (error) => {
      if (error === undefined || error === null) this.#pending.delete(onError);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #write(bytes: Buffer | string, done?: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
    if (this.#socket.writableLength > MAX_UNSENT)
      this.#socket.destroy(new Error('The peer does not read its answers.'));
  }

  #receive(chunk: Buffer): void {
    this.#heard = true;
    const items = this.#framer.push(chunk);
    const progressed = items.length > 0;
    if (!this.#framer.waiting || progressed) this.#clearDeadline();
    if (this.#framer.waiting && this.#stopDeadline === undefined) this.#startDeadline();
    for (const item of items) this.#take(item);
    this.#sendPongs();
  }

  #take(item: StreamItem): void {
    if (item.type === 'ping') {
      this.#pongs += 1;
      return;
    }
    this.#sendPongs();
    this.#options.handlers.onMessage(item.message, this);
    if (item.type === 'malformed' && item.fatal) {
      this.#open = false;
      this.#socket.destroySoon();
    }
  }

  /** In one write, as a chunk can hold thousands of pings. */
  #sendPongs(): void {
    if (this.#pongs > 0 && this.open) this.#write('\r\n'.repeat(this.#pongs));
    this.#pongs = 0;
  }

  #startDeadline(): void {
    this.#stopDeadline = after(this.#options.timers.streamMessage, () => {
      this.#socket.destroy(new Error('The peer did not complete a message in time.'));
    });
  }

  #clearDeadline(): void {
    this.#stopDeadline?.();
    this.#stopDeadline = undefined;
  }

  /** Called once per idle time: silent since the last call, and no dialog needs the connection to reach its peer. */
  #endIdle(): void {
    if (!this.#heard && !this.#options.handlers.isInUse(this)) this.#socket.end();
    this.#heard = false;
  }

  #closed(): void {
    this.#open = false;
    this.#clearDeadline();
    this.#stopIdleWatch();
    const error = this.#error ?? new Error('The connection closed before the message was sent.');
    for (const onError of this.#pending) onError(error);
    this.#pending.clear();
    this.#options.handlers.onClosed(this, error);
  }
}
