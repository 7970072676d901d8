import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { inertOperation } from '../../test/support/connectors/inert-operation.ts';
import { defineConnector, type ConnectorDefinition } from './define-connector.ts';
import type { ConnectorContext } from './context.ts';
import { remoteError, RemoteFailure } from './remote-error.ts';

const config = z.strictObject({
  url: z.url().meta({ title: 'Address', description: 'Where it answers.' }),
  pageSize: z.int().default(50).meta({ title: 'Page size', description: 'Records a page.' }),
});

function definition(more: object = {}): ConnectorDefinition<z.infer<typeof config>> {
  return {
    id: 'sample',
    version: '1.2.3',
    title: 'Sample',
    description: 'For tests.',
    support: 'core',
    config,
    auth: [{ type: 'none', title: 'None' }],
    hosts: [{ fromConfig: 'url' }],
    rate: { requestsPerSecond: 1, burst: 1 },
    checks: [
      {
        spec: { id: 'page', title: 'Page', severity: 'required' },
        run: async (ctx) => ({ status: 'ok', detail: `pages of ${ctx.config.pageSize}` }),
      },
      {
        spec: { id: 'broken', title: 'Broken', severity: 'advised' },
        run: () => Promise.reject(new RemoteFailure(remoteError('auth', 'Refused.', { fix: 'Renew it.' }))),
      },
    ],
    operations: { put: inertOperation },
    ...more,
  };
}

const context = (given: unknown) => ({ config: given }) as ConnectorContext;

describe('defineConnector', () => {
  test('makes a manifest of plain, frozen data with the JSON Schema of the configuration', () => {
    const { manifest } = defineConnector(definition());
    expect(manifest.config).toMatchObject({ type: 'object', required: ['url'], additionalProperties: false });
    expect(manifest.config.properties?.['pageSize']).toMatchObject({ title: 'Page size', default: 50 });
    expect(Object.isFrozen(manifest.operations['put']?.batch)).toBe(true);
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
  });

  test.each([
    ['an id that is not kebab case', { id: 'Sample' }],
    ['a version that is none', { version: '1.2' }],
    ['no way to authenticate', { auth: [] }],
    ['a host rule that reads nothing', { hosts: [{ fromConfig: 'node' }] }],
    ['a host that is a pattern', { hosts: [{ host: '*.example.com' }] }],
    ['a host template whose end a tenant could choose', { hosts: [{ template: 'api.{url}' }] }],
    ['a host template that reads nothing', { hosts: [{ template: '{node}.example.com' }] }],
    ['no checks', { checks: [] }],
    ['two checks of one name', { checks: [...definition().checks, ...definition().checks] }],
    ['no operations', { operations: {} }],
    [
      'a secret in the configuration',
      { config: config.extend({ apiKey: z.string().meta({ title: 'a', description: 'b' }) }) },
    ],
    ['a field without a title', { config: config.extend({ more: z.string() }) }],
    ['no rate', { rate: { requestsPerSecond: 0, burst: 1 } }],
  ])('refuses %s', (_what, more) => {
    expect(() => defineConnector(definition(more))).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    );
  });

  test('names the field of a configuration it refuses', () => {
    const connector = defineConnector(definition());
    expect(() => connector.parseConfig({ url: 'https://a.example', pageSize: 'x' })).toThrow(
      expect.objectContaining({ code: 'invalid_input', field: 'config.pageSize' }),
    );
    expect(connector.parseConfig({ url: 'https://a.example' })).toEqual({
      url: 'https://a.example',
      pageSize: 50,
    });
  });

  test('names every field that is wrong, and a setting that there is not by its own name', () => {
    const connector = defineConnector(definition());
    expect(() => connector.parseConfig({ pageSize: 'x', pagesize: 5 })).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/"url" .*; "pageSize" .*; "pagesize" is no setting of it\. Nothing/),
        field: 'config.url',
      }),
    );
    expect(() => connector.parseConfig({ url: 'https://a.example', ulr: 'x' })).toThrow(
      expect.objectContaining({ field: 'config.ulr' }),
    );
  });

  test('a configuration that was checked is taken as it is, once for all calls, and cannot be changed', () => {
    const connector = defineConnector(definition());
    const parsed = connector.parseConfig({ url: 'https://a.example' }) as { pageSize: unknown };
    expect(connector.parseConfig(parsed)).toBe(parsed);
    expect(() => {
      parsed.pageSize = 'unchecked';
    }).toThrow(TypeError);
  });

  test('a check that fails by an error without a word of what to do says it all the same', async () => {
    const silent = {
      spec: { id: 'silent', title: 'Silent', severity: 'required' },
      run: () => Promise.reject(new RemoteFailure(remoteError('transient', 'It is away.'))),
    };
    const connector = defineConnector(definition({ checks: [silent] }));
    expect(await connector.check(context({ url: 'https://a.example' }), 'silent')).toMatchObject({
      status: 'fail',
      detail: 'It is away.',
      fix: expect.stringContaining('Check the address'),
    });
  });

  test('gives a check its typed configuration and turns a remote failure into its result', async () => {
    const connector = defineConnector(definition());
    const ctx = context({ url: 'https://a.example' });
    expect(await connector.check(ctx, 'page')).toEqual({ status: 'ok', detail: 'pages of 50' });
    expect(await connector.check(ctx, 'broken')).toMatchObject({
      status: 'fail',
      fix: 'Renew it.',
      error: { class: 'auth' },
    });
    await expect(connector.check(ctx, 'other')).rejects.toMatchObject({ code: 'not_found' });
  });
});
