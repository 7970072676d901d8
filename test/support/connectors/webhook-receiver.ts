/** A system that takes signed tickets and notices as docs/events.md describes it; verified by the reference library. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** How the receiver behaves. */
export interface ReceiverOptions {
  readonly secret: string;
  /** Answers 403 to all that is signed well. */
  readonly forbids?: boolean;
  /** Refuses objects with this word in them. */
  readonly refuses?: string;
}

/** A message that was taken, and its content. */
interface Kept {
  readonly id: string;
  readonly revision: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A running receiver. */
export interface WebhookReceiver {
  readonly url: string;
  /** What it holds, as `ticket/<id>`. */
  readonly objects: ReadonlyMap<string, Kept>;
  /** Messages that were taken as new, in order. */
  readonly taken: readonly { readonly type: string; readonly data: Kept['data'] }[];
  /** Resolves once it holds something of which `ready` is true. */
  until(ready: (objects: ReadonlyMap<string, Kept>) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Starts one. */
export async function startWebhookReceiver(options: ReceiverOptions): Promise<WebhookReceiver> {
  const verifier = new Webhook(options.secret);
  const objects = new Map<string, Kept>();
  const seen = new Set<string>();
  const taken: { type: string; data: Kept['data'] }[] = [];
  const listeners = new Set<() => void>();
  const server = createServer((request, response) => {
    void answer(request).then(({ status, json }) => send(response, status, json));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function answer(request: IncomingMessage): Promise<{ status: number; json: unknown }> {
    const body = await readAll(request);
    if (!isSigned(verifier, request, body)) return { status: 401, json: {} };
    if (options.forbids === true) return { status: 403, json: {} };
    if (request.method === 'GET') {
      const path = (request.url ?? '/').slice(1);
      if (path === '') return { status: 200, json: {} };
      const found = objects.get(path);
      return found === undefined
        ? { status: 404, json: {} }
        : { status: 200, json: { id: found.id, revision: found.revision } };
    }
    if (options.refuses !== undefined && body.includes(options.refuses)) return { status: 422, json: {} };
    return { status: 200, json: take(String(request.headers['webhook-id']), JSON.parse(body) as Message) };
  }

  function take(messageId: string, { type, data }: Message): unknown {
    const key = `${type.split('.')[0]}/${data.id}`;
    const before = objects.get(key);
    if (seen.has(messageId)) return { ...before, result: 'unchanged' };
    if (before !== undefined && before.revision > data.revision) return { ...before, result: 'superseded' };
    seen.add(messageId);
    taken.push({ type, data });
    const kept = { id: `T-${data.id}`, revision: data.revision, data };
    objects.set(key, kept);
    for (const listener of [...listeners]) listener();
    return { ...kept, result: before === undefined ? 'created' : 'updated' };
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    taken,
    until: (ready) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!ready(objects)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Message {
  readonly type: string;
  readonly data: Kept['data'] & { readonly id: string; readonly revision: number };
}

function isSigned(verifier: Webhook, { headers, method }: IncomingMessage, body: string): boolean {
  try {
    // The library insists on parsing what it verified; a question has no body to parse.
    verifier.verify(body, headers as Record<string, string>);
    return true;
  } catch (error) {
    return method === 'GET' && error instanceof SyntaxError;
  }
}

function send(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

async function readAll(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
