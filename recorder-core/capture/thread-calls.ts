/**
 * Questions and answers between a thread and the one that started it: by number, with our own errors kept whole, and
 * news in between. Everything said is plain data.
 */
import { parentPort, Worker, type MessagePort } from 'node:worker_threads';
import { HoldfastError, isHoldfastError, type ErrorCode } from '../errors.ts';

interface Question {
  readonly id: number;
  readonly verb: string;
  readonly args: readonly unknown[];
}
/** An error as it crosses: structured clone would drop the code of ours. */
export interface Failure {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly stack?: string;
}
type Reply =
  { readonly id: number; readonly value?: unknown; readonly failure?: Failure } | { readonly news: unknown };

/** What a thread can be asked. */
export type ThreadVerbs = Readonly<Record<string, (...args: never[]) => unknown>>;

/** In the thread: answers questions with `verbs`; the function it returns tells news. */
export function answerCalls<News>(verbs: ThreadVerbs): (news: News) => void {
  const port = parentPort;
  if (port === null) {
    throw new HoldfastError('internal', 'This file runs in a thread of its own; start it as one.');
  }
  port.on('message', (question: Question) => {
    void answerOne(port, verbs, question);
  });
  return (news) => {
    port.postMessage({ news } satisfies Reply);
  };
}

async function answerOne(port: MessagePort, verbs: ThreadVerbs, { id, verb, args }: Question): Promise<void> {
  try {
    const work = verbs[verb];
    if (work === undefined) throw new HoldfastError('internal', `This thread cannot ${verb}.`);
    port.postMessage({ id, value: withOwnBytes(await work(...(args as never[]))) } satisfies Reply);
  } catch (error) {
    port.postMessage({ id, failure: failureOf(error) } satisfies Reply);
  }
}

/** An error as plain data; `errorFrom` gives it back. */
export function failureOf(error: unknown): Failure {
  if (isHoldfastError(error)) {
    const { message, code, detail } = error;
    return { message, code, ...(detail !== undefined && { detail }) };
  }
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...(error.stack !== undefined && { stack: error.stack }) };
}

/** Rebuilds an error that crossed from a thread. */
export function errorFrom({ message, code, detail, stack }: Failure): Error {
  if (code !== undefined) return new HoldfastError(code, message, detail === undefined ? {} : { detail });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/**
 * What such a thread makes lives for one packet or one piece of a file. Left to itself V8 lets tens of megabytes of that
 * gather, and as much again behind its buffers, before it clears them away.
 */
const YOUNG_MB = 8;

/** What a thread's owner wants to know of it. */
export interface ThreadListener<News> {
  news(news: News): void;
  /** The thread has ended by itself; every open question has been rejected. */
  died(error: Error): void;
}

/** A thread that answers questions and tells news of one type. */
export class CallableThread<News = never> {
  readonly #worker: Worker;
  readonly #listener: ThreadListener<News>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;
  #ended = false;

  constructor(file: URL, data: unknown, listener: ThreadListener<News>) {
    this.#listener = listener;
    this.#worker = new Worker(file, {
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.on('message', (reply: Reply) => {
      this.#take(reply);
    });
    let fault: Error | undefined;
    this.#worker.once('error', (error) => {
      fault = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.once('exit', (code) => {
      this.#end(fault ?? new Error(`A thread of the recorder ended with code ${code}.`));
    });
  }

  /** Puts a question; rejects with what the thread threw, or when it dies. */
  ask<T>(verb: string, ...args: unknown[]): Promise<T> {
    if (this.#ended) return Promise.reject(new Error('The thread has ended.'));
    const id = ++this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#worker.postMessage({ id, verb, args: args.map(withOwnBytes) } satisfies Question);
    return answer.promise as Promise<T>;
  }

  /** Ends the thread at once; `died` is not called. */
  async stop(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
    this.#rejectAll(new Error('The thread was ended.'));
  }

  #take(reply: Reply): void {
    if ('news' in reply) {
      this.#listener.news(reply.news as News);
      return;
    }
    const answer = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.failure === undefined) answer?.resolve(withBuffers(reply.value));
    else answer?.reject(errorFrom(reply.failure));
  }

  #end(error: Error): void {
    this.#rejectAll(error);
    if (this.#ended) return;
    this.#ended = true;
    this.#listener.died(error);
  }

  #rejectAll(error: Error): void {
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
  }
}

/**
 * Bytes in memory of their own. A small Buffer is a view into a pool that many share, and structured clone takes the
 * whole pool across: 64 KiB for a key, kept as long as the key is, with the secrets of others in it.
 */
function withOwnBytes(value: unknown): unknown {
  return mapBytes(value, (bytes) =>
    bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes),
  );
}

/** Structured clone makes plain arrays of bytes of Buffers; in an answer they are Buffers again. */
function withBuffers(value: unknown): unknown {
  return mapBytes(value, ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
}

function mapBytes(value: unknown, map: (bytes: Uint8Array) => Uint8Array): unknown {
  if (value instanceof Uint8Array) return map(value);
  if (Array.isArray(value)) return value.map((part) => mapBytes(part, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, mapBytes(part, map)]));
}
