/** A system that is told of events; it keeps every message and answers as it is bid. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it came. */
export interface ReceivedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers one message; by default with 204. */
export type AnswerMessage = (message: ReceivedMessage, response: ServerResponse) => void;

/** A running receiver. */
export interface EventReceiver {
  readonly url: string;
  readonly received: ReceivedMessage[];
  /** How it answers from now on. */
  answer: AnswerMessage;
  /** Resolves once it has received so many messages. */
  until(messages: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts one. */
export async function startEventReceiver(): Promise<EventReceiver> {
  const received: ReceivedMessage[] = [];
  const listeners = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const message = { headers: flat(request.headers), body: Buffer.concat(chunks).toString('utf8') };
      received.push(message);
      for (const listener of listeners) listener();
      receiver.answer(message, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: EventReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    received,
    answer: accept,
    until: (messages) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < messages) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

/** Takes every message. */
export const accept: AnswerMessage = (_message, response) => {
  response.writeHead(204).end();
};

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
