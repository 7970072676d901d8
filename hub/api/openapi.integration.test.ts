import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { ACTS } from '../../recorder-core/policy/access.ts';
import { makeApp } from './app.ts';

type Json = Record<string, unknown>;
interface Operation {
  readonly summary: string;
  readonly parameters?: readonly { name: string; in: string; required: boolean; schema: Json }[];
  readonly requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema?: Json }> }>;
  readonly security?: readonly Json[];
  readonly 'x-act'?: string;
}
interface Document {
  readonly openapi: string;
  readonly info: { title: string; version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Json; securitySchemes: Json };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';
let database: TestDatabase;
let hub: TestHub;
let person: TestPerson;
let document: Document;
let operations: { path: string; method: string; operation: Operation }[];

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  person = await hub.signIn();
  document = (await (await hub.fetch('/api/v1/openapi.json')).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** Every object in a value, at any depth. */
function* objectsIn(value: unknown): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Json;
  for (const member of Object.values(value)) yield* objectsIn(member);
}

/** What stands at a JSON pointer of the document. */
function resolve(pointer: string): unknown {
  return pointer
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((at, step) => (at as Json)[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

/** Nobody has a session yet who asks for one. */
const SIGN_INS = [
  '/api/v1/session',
  '/api/v1/session/password',
  '/api/v1/session/passkey/begin',
  '/api/v1/session/passkey/finish',
];

describe('the OpenAPI document', () => {
  test('is one of version 3.1, with a title, a version and operations of known methods', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Holdfast', version: 'test' });
    expect(operations.length).toBeGreaterThan(10);
    for (const { path, method } of operations) {
      expect(path).toMatch(/^\/api\/v1\/([a-z-]+|\{[a-zA-Z]+\})(\/([a-z-]+|\{[a-zA-Z]+\}))*$/);
      expect(METHODS).toContain(method);
    }
  });

  test('describes every operation: in words, with what it answers and with the problem it may answer', () => {
    for (const { path, method, operation } of operations) {
      const where = `${method} ${path}`;
      expect({ where, summary: operation.summary?.length > 5 }).toEqual({ where, summary: true });
      expect({ where, good: Object.keys(operation.responses).some((code) => /^2\d\d$/.test(code)) }).toEqual({
        where,
        good: true,
      });
      expect(operation.responses['default']?.content).toHaveProperty(['application/problem+json']);
      for (const response of Object.values(operation.responses)) expect(response.description).not.toBe('');
    }
  });

  test('names each parameter of a path once, as required, and no other', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = operation.parameters ?? [];
      const described = parameters.filter((parameter) => parameter.in === 'path');
      expect({ path, names: described.map(({ name }) => name) }).toEqual({ path, names: inPath });
      expect(described.every(({ required }) => required)).toBe(true);
      expect(parameters.every(({ schema }) => typeof schema === 'object')).toBe(true);
      const names = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('asks for the console header exactly where something changes, and for a session but to sign in', () => {
    for (const { path, method, operation } of operations) {
      const asks = operation.parameters?.some(
        ({ name, required }) => name === 'X-Holdfast-Console' && required,
      );
      expect({ path, method, asks: asks === true }).toEqual({ path, method, asks: method !== 'get' });
      const open = operation.security?.length === 0;
      expect({ path, method, open }).toEqual({
        path,
        method,
        open: method === 'post' && SIGN_INS.includes(path),
      });
    }
    expect(document).toMatchObject({ security: [{ session: [] }, { serviceToken: [] }] });
    expect(Object.keys(document.components.securitySchemes)).toEqual(['session', 'serviceToken']);
  });

  test('refers to nothing that it does not have, and names acts that exist', () => {
    for (const object of objectsIn(document)) {
      if (typeof object['$ref'] === 'string') expect(typeof resolve(object['$ref'])).toBe('object');
      expect(object).not.toHaveProperty('$schema');
      expect(object).not.toHaveProperty('nullable'); // of OpenAPI 3.0
      if (typeof object['pattern'] === 'string')
        expect(() => new RegExp(String(object['pattern']), 'u')).not.toThrow();
    }
    for (const { operation } of operations)
      if (operation['x-act'] !== undefined) expect(ACTS).toContain(operation['x-act']);
  });

  test('says in what it answers what is always there', () => {
    const schema = document.paths['/api/v1/recordings/{id}']!['get']!.responses['200']!.content![
      'application/json'
    ]!.schema as { required: string[]; properties: Json };
    expect(schema.required).toEqual(
      expect.arrayContaining(['id', 'state', 'parties', 'consent', 'certificate']),
    );
    const list = document.paths['/api/v1/recordings']!['get']!.responses['200']!.content!['application/json']!
      .schema as { required: string[] };
    expect(list.required).toEqual(['items']);
  });

  test('lists the mounted routes, all of them and no other', () => {
    const app = makeApp(hub.services, { version: 'test' });
    const mounted = [...routesIn((app.router as unknown as Stack).stack)].filter(
      (route) => !OUTSIDE.has(route),
    );
    const listed = operations.map(({ path, method }) => `${method} ${path.replace('/api/v1', '')}`);
    const written = mounted.map((route) => route.replaceAll(/[:*](\w+)/g, '{$1}'));
    expect(listed.sort()).toEqual(written.sort());
  });

  test('lists paths that answer under the address they are listed with', async () => {
    for (const { path, method } of operations.filter((one) => one.method !== 'delete')) {
      const response = await person.fetch(path.replace('{node}', 'nowhere').replaceAll(/\{\w+\}/g, UNKNOWN), {
        method: method.toUpperCase(),
        body: method === 'get' ? undefined : {},
      });
      const lost = (await response.text()).includes('nothing at this address');
      expect({ path, method, lost }).toEqual({ path, method, lost: false });
    }
  }, 120_000);
});

/** Routes of the application that are not part of the API it describes. */
const SCIM = [
  ...[
    '/ServiceProviderConfig',
    '/ResourceTypes',
    '/ResourceTypes/:name',
    '/Schemas',
    '/Schemas/:name',
  ].flatMap((path) => [`get ${path}`, `_all ${path}`]),
  ...['/Users', '/Groups'].flatMap((path) => [
    `get ${path}`,
    `post ${path}`,
    `post ${path}/.search`,
    ...['get', 'put', 'patch', 'delete'].map((method) => `${method} ${path}/:id`),
  ]),
  'post /Bulk',
  'post /.search',
  '_all /Me',
];
const OUTSIDE = new Set([
  ...SCIM, // docs/scim.md: a standard that describes itself, under /scim/v2
  'get /healthz',
  'get /readyz',
  'get /metrics',
  'get /openapi.json',
  'get /d/:token',
  'post /d/:token',
  'get /d/:token/bundle',
  'get /d/:token/key',
  'get /n/:token',
  'post /n/:token',
  // docs/sign-in.md: for people who are not signed in yet, and for their identity providers
  'get /auth/providers',
  'get /auth/start',
  'post /auth/sign-out',
  'get /auth/oidc/:tenant/:provider/callback',
  'post /auth/oidc/:tenant/:provider/back-channel-logout',
  'post /auth/saml/:tenant/:provider/acs',
  'get /auth/saml/:tenant/:provider/finish',
  'get /auth/saml/:tenant/:provider/metadata',
  'get /auth/saml/:tenant/:provider/logout',
  'post /events/:tenantId/:connectionId', // docs/events.md: signed, without a session
]);

interface Stack {
  readonly stack: readonly {
    readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
    readonly handle?: Partial<Stack>;
  }[];
}

/** Method and path of every route in a router and the routers in it, as they were mounted. */
function* routesIn(stack: Stack['stack']): Generator<string> {
  for (const { route, handle } of stack) {
    for (const method of Object.keys(route?.methods ?? {})) yield `${method} ${route!.path}`;
    if (handle?.stack !== undefined) yield* routesIn(handle.stack);
  }
}
