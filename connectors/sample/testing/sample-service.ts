/** A service of Sample's kind in this process: tokens, one collection with known fields, versions and conditional writes. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Tokens that the service knows; any other is refused. */
export const SAMPLE_TOKENS = {
  writer: 'canary-sample-token-of-a-writer',
  reader: 'canary-sample-token-of-a-reader',
} as const;

/** A document with its version; `document` is null once it was deleted. */
export interface StoredDocument {
  readonly version: number;
  readonly revision: number;
  readonly document: Readonly<Record<string, unknown>> | null;
}

/** A running service. */
export interface SampleService {
  readonly url: string;
  readonly documents: ReadonlyMap<string, StoredDocument>;
  close(): Promise<void>;
}

interface Item {
  readonly id: string;
  readonly ifVersion: number;
  readonly revision: number;
  readonly document: Record<string, unknown> | null;
}

const TEXTS = [
  'subject',
  'startedAt',
  'endedAt',
  'state',
  'retainUntil',
  'consentOutcome',
  'region',
  'link',
  'callId',
];
const OTHERS = { revision: 'integer', durationMs: 'integer', held: 'boolean', parties: 'text' };
const FIELDS = [
  ...TEXTS.map((name) => ({ name, title: name, type: 'text', readOnly: false })),
  ...Object.entries(OTHERS).map(([name, type]) => ({ name, title: name, type, readOnly: false })),
];

/** Starts one; `refusedRegion` is a value of `region` that it will not store. */
export async function startSampleService(refusedRegion?: string): Promise<SampleService> {
  const documents = new Map<string, StoredDocument>();
  const write = (item: Item): object => {
    const there = documents.get(item.id);
    if ((there?.version ?? 0) !== item.ifVersion || (there !== undefined && there.revision > item.revision))
      return { id: item.id, status: 409, code: 'version_conflict' };
    const unknown = Object.keys(item.document ?? {}).some(
      (name) => !FIELDS.some((field) => field.name === name),
    );
    if (unknown || (refusedRegion !== undefined && item.document?.['region'] === refusedRegion))
      return { id: item.id, status: 422, code: 'invalid_document' };
    const version = (there?.version ?? 0) + 1;
    documents.set(item.id, { version, revision: item.revision, document: item.document });
    return { id: item.id, status: 200, version };
  };
  const server = createServer((request, response) => {
    void answer(request, response, documents, write).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    documents,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  documents: ReadonlyMap<string, StoredDocument>,
  write: (item: Item) => object,
): Promise<void> {
  const body = await readJson(request);
  const send = (status: number, json: unknown): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const mayWrite = token === SAMPLE_TOKENS.writer;
  if (!mayWrite && token !== SAMPLE_TOKENS.reader) return send(401, { code: 'bad_token' });
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (path === '/v1/me') return send(200, { mayWrite });
  const rest = /^\/v1\/collections\/recordings(?:\/(lookup|batch|documents))?$/.exec(path);
  if (rest === null) return send(404, { code: 'no_such_collection' });
  if (rest[1] === undefined) return send(200, { fields: FIELDS });
  if (rest[1] === 'lookup') return send(200, { items: lookUp(documents, body['ids'] as string[]) });
  if (rest[1] === 'documents')
    return send(200, { items: listAfter(documents, searchParams.get('after') ?? '') });
  if (!mayWrite) return send(403, { code: 'read_only' });
  send(200, { items: (body['items'] as Item[]).map(write) });
}

function lookUp(documents: ReadonlyMap<string, StoredDocument>, ids: readonly string[]): object[] {
  return ids.flatMap((id) => {
    const there = documents.get(id);
    if (there === undefined) return [];
    const { version, revision, document } = there;
    return [{ id, version, revision, held: document?.['held'] === true, deleted: document === null }];
  });
}

function listAfter(documents: ReadonlyMap<string, StoredDocument>, after: string): object[] {
  const ids = [...documents.keys()].filter((id) => id > after && documents.get(id)?.document !== null);
  return lookUp(documents, ids.sort().slice(0, 200));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
