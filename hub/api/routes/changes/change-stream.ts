import type { Response } from 'express';
import type { ChangeTopic } from '../../../changes/change-topics.ts';
import type { ChangeEvent } from '../../schemas/change.ts';

/** A proxy that hears nothing for long closes a connection, and a console that hears nothing for longer makes another. */
const BEAT_EVERY_MS = 15_000;
/** Much of the same in a short time is told once. */
const TOGETHER_MS = 500;
/** Whoever reads so slowly gets a connection anew, and with it what they missed. */
const MOST_UNREAD_BYTES = 64 * 1024;

/** One answer of server-sent events: topics, gathered for a moment; comments while there is nothing to tell. */
export class ChangeStream {
  readonly #response: Response;
  readonly #position: () => string;
  readonly #pending = new Set<ChangeTopic>();
  readonly #beat: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #toldAt = -Infinity;

  /** Sends the head of the answer. `position` is where the feed is when something is told. */
  constructor(response: Response, position: () => string) {
    this.#response = response;
    this.#position = position;
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no', // a proxy hands on at once
    });
    response.flushHeaders();
    this.#beat = setInterval(() => {
      this.#write(': beat\n\n');
    }, BEAT_EVERY_MS).unref();
  }

  /** The first event: from here on everything is told. `missed` is what changed since the last time, if that is known. */
  begin(missed: ChangeTopic[] | undefined): void {
    this.#send(missed === undefined ? 'anew' : 'on', missed ?? []);
  }

  /** Tells of a change, soon. */
  tell(topic: ChangeTopic): void {
    this.#pending.add(topic);
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#toldAt = performance.now();
        const topics = [...this.#pending];
        this.#pending.clear();
        this.#send('changed', topics);
      },
      Math.max(0, this.#toldAt + TOGETHER_MS - performance.now()),
    ).unref();
  }

  /** Ends the answer; safe to call twice. */
  end(): void {
    clearInterval(this.#beat);
    clearTimeout(this.#timer);
    this.#response.end();
  }

  #send(event: 'anew' | 'on' | 'changed', topics: ChangeEvent['topics']): void {
    const data: ChangeEvent = { topics };
    this.#write(`event: ${event}\nid: ${this.#position()}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(text);
    if (this.#response.writableLength > MOST_UNREAD_BYTES) this.#response.destroy();
  }
}
