import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { readContract, type ApiDocument, type ApiOperation } from '../api-contract.ts';
import { CONSOLE, type TestHub, type TestPerson } from '../test-hub.ts';
import { nearlyValid } from './nearly-valid.ts';
import { valuesOf, type ValueSource } from './schema-values.ts';

/** One request that was made up. */
export interface MadeRequest {
  readonly method: string;
  /** As the document lists it. */
  readonly path: string;
  /** With its parameters. */
  readonly url: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer that should not have been. */
export interface Fault {
  readonly what: string;
  readonly request: MadeRequest;
  readonly role: string;
  readonly status: number;
  readonly answer: string;
}

/** What a run does. */
export interface FuzzRun {
  readonly hub: TestHub;
  readonly tenantId: string;
  readonly roles: readonly string[];
  readonly source: ValueSource;
  /** Requests for each operation. */
  readonly perOperation: number;
  /** Left out, every other request is nearly valid, of one alone by turns. */
  readonly only?: 'valid';
  readonly seed: number;
  /** Only these methods; left out, all. */
  readonly methods?: readonly string[];
  /** What an answer must not have in it: says so, or undefined. */
  readonly betrays: (answer: string, request: MadeRequest) => string | undefined;
}

/** What a run saw. */
export interface FuzzReport {
  readonly faults: readonly Fault[];
  /** How often which status was answered. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Operations that answered with success at least once. */
  readonly reached: number;
  readonly operations: number;
}

const PATIENCE_MS = 20_000;

/**
 * Sends made-up requests to every operation of the OpenAPI document, as several roles of one tenant, and looks whether each answer
 * is one that the document promises. The same seed makes the same requests but for ids.
 */
export async function fuzzApi(run: FuzzRun): Promise<FuzzReport> {
  const { hub, seed, perOperation, methods } = run;
  const document = (await (await hub.fetch('/api/v1/openapi.json')).json()) as ApiDocument;
  const contract = readContract(document);
  const people = new Map<string, TestPerson>();
  const statuses: Record<number, number> = {};
  const faults: Fault[] = [];
  const reached = new Set<ApiOperation>();
  const operations = operationsOf(document).filter(({ method }) => methods?.includes(method) ?? true);
  for (const [at, { path, method, operation }] of operations.entries()) {
    const made = requestsOf(path, method, operation, run.source);
    const [first, then] = (seed + at) % 2 === 0 ? [made.valid, made.nearly] : [made.nearly, made.valid];
    const turns = run.only === 'valid' ? [made.valid] : perOperation === 1 ? [first] : [first, then];
    const numRuns = Math.ceil(perOperation / turns.length);
    const samples = fc.sample(fc.tuple(...turns), { numRuns, seed: seed + at });
    for (const [turn, request] of samples.flat().slice(0, perOperation).entries()) {
      const role = run.roles[(at + turn) % run.roles.length] ?? 'administrator';
      const { status, text, type } = await send(run, people, role, request);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status < 400) reached.add(operation);
      const what = contract.faultOf(operation, { status, text, type }) ?? run.betrays(text, request);
      if (what !== undefined) faults.push({ what, request, role, status, answer: text.slice(0, 500) });
    }
  }
  return { faults, statuses, reached: reached.size, operations: operations.length };
}

function operationsOf(document: ApiDocument) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}

function requestsOf(path: string, method: string, operation: ApiOperation, source: ValueSource) {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const body = schema === undefined ? fc.constant(undefined) : valuesOf(schema, source);
  const parameters = (operation.parameters ?? []).filter((one) => one.in !== 'header');
  const named = (place: string) =>
    fc.record(
      Object.fromEntries(
        parameters.filter((one) => one.in === place).map((one) => [one.name, valuesOf(one.schema, source)]),
      ),
      { requiredKeys: parameters.filter((one) => one.in === place && one.required).map((one) => one.name) },
    );
  const unsafe = method !== 'get';
  const key = fc.option(
    fc.constant(null).map(() => randomUUID()),
    { nil: undefined, freq: 3 },
  );
  const make = (
    places: fc.Arbitrary<Record<string, unknown>>,
    query: fc.Arbitrary<unknown>,
    content: fc.Arbitrary<unknown>,
  ) =>
    fc.tuple(places, query, content, key).map(([inPath, inQuery, sent, idempotent]): MadeRequest => ({
      method: method.toUpperCase(),
      path,
      url: urlOf(path, inPath, inQuery),
      body: sent,
      headers: {
        ...(unsafe && CONSOLE),
        ...(unsafe && idempotent !== undefined && { 'Idempotency-Key': idempotent }),
      },
    }));
  return {
    valid: make(named('path'), named('query'), body),
    nearly: fc.oneof(
      make(named('path'), named('query'), schema === undefined ? body : nearlyValid(body)),
      make(named('path'), nearlyValid(named('query')), body),
      make(nearlyValid(named('path')) as fc.Arbitrary<Record<string, unknown>>, named('query'), body),
    ),
  };
}

function urlOf(path: string, inPath: Record<string, unknown>, inQuery: unknown): string {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(inPath[name] ?? 'x'));
  const pairs =
    typeof inQuery === 'object' && inQuery !== null ? Object.entries(inQuery) : [['', inQuery] as const];
  const query = pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
  return query === '' ? url : `${url}?${query}`;
}

function encoded(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  // An empty step or one of full stops is another address, not another value.
  if (/^\.{0,2}$/.test(text)) return 'x';
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}

/** Somebody of the role; whoever was signed out by a request before signs in anew. */
async function send(run: FuzzRun, people: Map<string, TestPerson>, role: string, request: MadeRequest) {
  for (let again = 0; ; again += 1) {
    const person = people.get(role) ?? (await run.hub.signIn(role, run.tenantId));
    people.set(role, person);
    const { method, url, body, headers } = request;
    const response = await patientFetch(`${run.hub.url}${url}`, {
      method,
      headers: {
        cookie: person.cookie,
        ...headers,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined || method === 'GET' ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
    });
    const text = await response.text();
    if (response.status === 401 && !text.includes('step_up_required') && again === 0) people.delete(role);
    else return { status: response.status, text, type: response.headers.get('content-type') ?? '' };
  }
}

/** A connection that was kept may be closed by the server just when it is used again; that is no answer, so it is asked once more. */
async function patientFetch(url: string, request: RequestInit): Promise<Response> {
  const ask = () => fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TypeError) return ask();
    throw error;
  }
}
