import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { configurationFileSchema } from './configuration-file.ts';
import { processorMs } from '../../test/support/processor-ms.ts';
import { changesBetween } from './field-changes.ts';
import { FileFaults } from './file-faults.ts';
import { readConfigurationFile } from './read-file.ts';
import { parseReference, placeholderFor, secretFields } from './secret-references.ts';

const faultsOf = (text: string): string => {
  try {
    readConfigurationFile('site.yaml', text);
  } catch (error) {
    if (error instanceof FileFaults) return error.message;
    throw error;
  }
  return '';
};

describe('a file', () => {
  test('with what is usual left out', () => {
    const { content, digest } = readConfigurationFile(
      'site.yaml',
      [
        'holdfast: 1',
        'connections:',
        '  - name: CRM',
        '    connector: crm',
        '    mappings:',
        '      upsert-recording:',
        '        - { target: Subject, expr: record.id }',
      ].join('\n'),
    );
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(content).toMatchObject({ name: 'main', webhooks: [] });
    expect(content.connections[0]?.mappings).toEqual({
      'upsert-recording': [
        {
          target: 'Subject',
          expr: 'record.id',
          type: 'text',
          onNull: 'skip',
          onError: 'reject',
          redact: false,
        },
      ],
    });
  });

  test.each<[string, string, string]>([
    ['holdfast: 2', 'site.yaml:1:11: holdfast:', 'a version of another time'],
    ['holdfast: 1\nconections: []', 'site.yaml:1:1: ', 'a word that there is not'],
    [
      'holdfast: 1\nconnections:\n  - name: A\n    conector: x',
      'site.yaml:3:5: connections[0]',
      'a field that there is not',
    ],
    [
      'holdfast: 1\nconnections:\n  - name: A\n    connector: 7',
      'site.yaml:4:16: connections[0].connector',
      'a number for a name',
    ],
    [
      'holdfast: 1\nconnections:\n  - name: A\n    connector: x\n    mappings:\n      op:\n        - target: 9x\n          expr: "1"',
      'site.yaml:7:19: connections[0].mappings.op[0].target',
      'a target that is none',
    ],
    [
      'holdfast: 1\nwebhooks:\n  - name: A\n    url: nowhere\n    types: [hold.*]',
      'site.yaml:4:10: webhooks[0].url',
      'an address that is none',
    ],
    [
      'holdfast: 1\nwebhooks:\n  - { name: A, url: "https://a", types: ["*"] }\n  - { name: A, url: "https://b", types: ["*"] }',
      'site.yaml:4:13: webhooks[1].name',
      'a name twice',
    ],
    [
      'holdfast: 1\nwebhooks:\n  - { name: A, url: "https://a", types: ["*"] }\n  - { name: a, url: "https://b", types: ["*"] }',
      'site.yaml:4:13: webhooks[1].name',
      'names of webhooks that only capital letters tell apart',
    ],
    ['holdfast: 1\nholdfast: 1', 'site.yaml:2:1: ', 'a key twice'],
    ['holdfast: 1\nname: !site main', 'site.yaml:2:7: A text that begins with "!" needs quotes.', 'a tag'],
    ['holdfast: 1\nname: *main', 'site.yaml:2:7: A text that begins with "*"', 'an alias of nothing'],
    ['holdfast: 1\n? {a: 1}\n: 2', 'site.yaml:2:3: A key is a text.', 'a key that is a collection'],
    ['holdfast: 1\n---\nholdfast: 1', 'site.yaml:2:1: A second document', 'two documents'],
    ['holdfast: [1', 'site.yaml:', 'no YAML'],
    ['', 'site.yaml:1:1: ', 'nothing'],
    ['holdfast: 1\nname: Main Site', 'site.yaml:2:7: name', 'a name with a space'],
  ])('%j says where: %s', (text, place) => {
    expect(faultsOf(text)).toContain(place);
    expect(faultsOf(text)).toContain('Nothing was changed.');
  });

  test('has a schema for editors', () => {
    expect(configurationFileSchema()).toMatchObject({
      required: ['holdfast'],
      properties: { connections: { items: { required: ['name', 'connector'] } } },
    });
  });

  test('every fault is told at once', () => {
    expect(faultsOf('holdfast: 2\nname: A B').split('\n')).toHaveLength(3);
  });

  test('that refers to itself ever more often is refused', () => {
    const bomb = ['holdfast: 1', 'a0: &a0 [x]'];
    for (let level = 1; level < 12; level++)
      bomb.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(faultsOf(bomb.join('\n'))).toContain('too often');
  });

  test.each<[string, string, string]>([
    ['keys', Array.from({ length: 40_000 }, (_none, n) => `k${n}: 1`).join('\n'), 'k39999'],
    ['keys of one name', 'k: 1\n'.repeat(40_000), '39899 more are not listed.'],
    ['aliases', `a: &a x\nb: [${'*a,'.repeat(40_000)}]`, 'too often'],
    ['aliases of nothing', `b: [${'*a,'.repeat(40_000)}]`, 'too often'],
    [
      'anchors',
      Array.from({ length: 10_000 }, (_none, n) => `k${n}: &a${n} x\nl${n}: *a${n}`).join('\n'),
      'too often',
    ],
  ])('of very many %s is refused in a time that grows as they do', (_what, text, said) => {
    let told = '';
    expect(
      processorMs(() => {
        told = faultsOf(`holdfast: 1\n${text}`);
      }),
    ).toBeLessThan(45_000); // by the square of its length it would be twice as much
    expect(told).toContain(said);
    expect(told.split('\n').length).toBeLessThan(110);
  });

  test('with what YAML takes otherwise than it was meant is refused without a word of it, also on standard error', () => {
    const warned = jest.spyOn(process, 'emitWarning');
    const said = faultsOf(
      'holdfast: 1\nconnections:\n  - name: A\n    apiKey: !c4nary x\n    other: *c4nary',
    );
    expect(said).not.toContain('c4nary');
    expect(said.split('\n')).toHaveLength(3);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test('whatever stands in it, only faults come of it', () => {
    const yaml = fc.array(
      fc.constantFrom(
        'holdfast: 1\n',
        'connections:\n',
        '  - name: A\n',
        '    connector: x\n',
        '    config: {a: 1}\n',
        '- ',
        ': ',
        '&a ',
        '*a ',
        '!!js x',
        '{',
        '}',
        '"',
        '\n',
        '  ',
        '__proto__: 1\n',
        '<<: 1\n',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          yaml.map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          faultsOf(text);
        },
      ),
      { numRuns: 200 },
    );
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});

describe('secrets', () => {
  test('are references to variables or files', () => {
    expect(parseReference('${env:CRM_KEY}')).toEqual({ from: 'env', name: 'CRM_KEY' });
    expect(parseReference('${file:secrets/crm.pem}')).toEqual({ from: 'file', name: 'secrets/crm.pem' });
    for (const text of [
      'CRM_KEY',
      '${env:}',
      '${env:a b}',
      '${env:A}${env:B}',
      'x${env:A}',
      '${http:A}',
      '',
      7,
      null,
    ])
      expect(parseReference(text)).toBeUndefined();
  });

  test('are known of each kind of credential', () => {
    expect(secretFields('api_key')).toEqual(['apiKey']);
    expect(secretFields('basic')).toEqual(['password']);
    expect(secretFields('oauth2_code')).toEqual(['clientSecret', 'refreshToken']);
    expect(secretFields('mtls')).toEqual(['privateKey']);
    expect(secretFields('none')).toEqual([]);
  });

  test('a placeholder is a reference, whatever the connection is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100 }), (name) => {
        expect(parseReference(placeholderFor(name, 'clientSecret'))).toMatchObject({ from: 'env' });
      }),
      { numRuns: 100 },
    );
    expect(placeholderFor('Sales (EU)', 'clientSecret')).toBe(
      '${env:HOLDFAST_SECRET_SALES_EU_CLIENT_SECRET}',
    );
  });

  test('no two connections have the same placeholder, however alike their names are', () => {
    const names = fc.uniqueArray(
      fc.oneof(
        fc.constantFrom('Sales EU', 'sales-eu', 'Sales (EU)', 'Süd', 'Sud', '日本', '中国'),
        fc.string(),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(names, (all) => {
        const written = all.map((name) => placeholderFor(name, 'apiKey', all));
        expect(new Set(written).size).toBe(all.length);
        for (const one of written) expect(parseReference(one)).toMatchObject({ from: 'env' });
      }),
      { numRuns: 200 },
    );
  });
});

describe('what differs', () => {
  test('is told by field, and rows of mappings by their target', () => {
    const row = { target: 'A', expr: '1' };
    expect(
      changesBetween(
        { config: { url: 'a', same: 1 }, mappings: { op: [row, { target: 'B', expr: '2' }] } },
        {
          config: { url: 'b', same: 1 },
          mappings: {
            op: [
              { target: 'C', expr: '2' },
              { ...row, expr: '3' },
            ],
          },
        },
      ),
    ).toEqual([
      { path: 'config.url', before: '"a"', after: '"b"' },
      { path: 'mappings.op.A.expr', before: '"1"', after: '"3"' },
      { path: 'mappings.op.B', before: '{"target":"B","expr":"2"}' },
      { path: 'mappings.op.C', after: '{"target":"C","expr":"2"}' },
    ]);
    expect(changesBetween([{ target: 'A' }, { target: 'B' }], [{ target: 'B' }, { target: 'A' }])).toEqual([
      { path: '', before: '["A","B"]', after: '["B","A"]' },
    ]);
  });

  test('nothing differs from itself, and something from anything else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(changesBetween(one, structuredClone(one))).toEqual([]);
        expect(changesBetween(one, other).length > 0).toBe(
          JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other)),
        );
      }),
      { numRuns: 200 },
    );
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const fields = Object.entries(value).map(([key, each]): [string, unknown] => [key, sorted(each)]);
  return { fields: fields.sort(([one], [other]) => (one < other ? -1 : 1)) };
}
