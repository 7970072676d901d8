import type { Socket } from 'node:net';
import {
  plainAddress,
  type Flow,
  type ListenAddress,
  type SipSource,
  type Transport,
  type TransportHandlers,
} from './flow.ts';
import { StreamFramer, type StreamItem } from './stream-framer.ts';
import { after } from './timers.ts';

/** A peer that lets this much of our output pile up reads nothing any more. */
const MAX_UNSENT = 4 * 1024 * 1024;

/** What a connection needs from its transport. */
export interface ConnectionOptions {
  readonly handlers: TransportHandlers;
  readonly transport: Transport;
  readonly local: ListenAddress;
  /** The address and port the connection was opened to or from. */
  readonly remote: { readonly address: string; readonly port: number };
  /** Milliseconds in which a message that has begun must be complete; also the wait for the first one of an inbound peer. */
  readonly messageDeadline: number;
}

/**
 * One stream connection as a flow: frames what comes, answers keep-alives, closes on peers that are unreadable,
 * too slow, or deaf. Works over any stream socket, so TLS will use it too.
 */
export class StreamConnection implements Flow {
  readonly source: SipSource;
  readonly local: ListenAddress;
  readonly reliable = true;
  readonly transport: Transport;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #framer = new StreamFramer();
  readonly #pending = new Set<(error: Error) => void>();
  #error: Error | undefined;
  #stopDeadline: (() => void) | undefined;
  #open = true;

  constructor(socket: Socket, options: ConnectionOptions) {
    const { remote, local, transport } = options;
    this.source = { transport: 'tcp', address: plainAddress(remote.address), port: remote.port };
    this.local = local;
    this.transport = transport;
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
  }

  get open(): boolean {
    return this.#open && this.#socket.writable;
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
    this.#socket.write(bytes, (error) => {
      if (error === undefined || error === null) this.#pending.delete(onError);
    });
    if (this.#socket.writableLength > MAX_UNSENT)
      this.#socket.destroy(new Error('The peer does not read its answers.'));
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    const items = this.#framer.push(chunk);
    const progressed = items.length > 0;
    if (!this.#framer.waiting || progressed) this.#clearDeadline();
    if (this.#framer.waiting && this.#stopDeadline === undefined) this.#startDeadline();
    for (const item of items) this.#take(item);
  }

  #take(item: StreamItem): void {
    if (item.type === 'ping') {
      this.#socket.write('\r\n');
      return;
    }
    this.#options.handlers.onMessage(item.message, this);
    if (item.type === 'malformed' && item.fatal) {
      this.#open = false;
      this.#socket.destroySoon();
    }
  }

  #startDeadline(): void {
    this.#stopDeadline = after(this.#options.messageDeadline, () => {
      this.#socket.destroy(new Error('The peer did not complete a message in time.'));
    });
  }

  #clearDeadline(): void {
    this.#stopDeadline?.();
    this.#stopDeadline = undefined;
  }

  #closed(): void {
    this.#open = false;
    this.#clearDeadline();
    const error = this.#error ?? new Error('The connection closed before the message was sent.');
    for (const onError of this.#pending) onError(error);
    this.#pending.clear();
  }
}
