import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FieldSpec, MappingRow } from '../../../connectors/kit/fields.ts';
import { RECORD_SCHEMAS, type RecordingDocument, type RecordKind } from '../../../connectors/kit/record.ts';
import { connectors } from '../../../connectors/registry.ts';
import { sampleRecord } from '../sample-record.ts';
import { compileMapping } from './compile-mapping.ts';
import { recordType } from './record-type.ts';

const record: RecordingDocument = {
  kind: 'recording',
  schemaVersion: 1,
  id: '0198c0de-0000-7000-8000-000000000001',
  tenantId: '0198c0de-0000-7000-8000-000000000002',
  revision: 4,
  startedAt: '2026-03-29T00:59:59.120Z',
  endedAt: '2026-03-29T01:02:00.000Z',
  durationMs: 120_880,
  parties: [
    { name: 'Ann', address: 'sip:desk@example.org' },
    { name: null, address: 'tel:+49-30-123456' },
  ],
  state: 'stored',
  held: false,
  retainUntil: null,
  consentOutcome: 'allow',
  region: null,
  link: 'https://holdfast.example/recordings/1',
  callId: 'secret-call@example.org',
};

const row = (target: string, expr: string, more: Partial<MappingRow> = {}): MappingRow => ({
  target,
  expr,
  type: 'text',
  onNull: 'skip',
  onError: 'reject',
  redact: false,
  ...more,
});
const field = (name: string, more: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  title: name,
  type: 'text',
  required: false,
  writable: true,
  ...more,
});
const one = (expr: string, more: Partial<MappingRow> = {}, fields?: readonly FieldSpec[]) => {
  const made = compileMapping([row('F', expr, more)], fields === undefined ? {} : { fields }).apply(record);
  return 'fields' in made
    ? (made.fields['F'] ?? (Object.hasOwn(made.fields, 'F') ? null : 'left'))
    : made.error.message;
};

describe('rows', () => {
  test('a mapping of several fields', () => {
    const mapping = compileMapping([
      row('CallDate', 'record.startedAt', { type: 'date' }),
      row('Seconds', 'record.durationMs / 1000', { type: 'integer' }),
      row('Number', 'record.parties.map(p, p.address.phone()).filter(n, n != "").first()', {
        redact: true,
      }),
      row('Region', 'record.region', { onNull: 'clear' }),
      row('Hold', 'record.held', { type: 'boolean' }),
      row('Until', 'record.retainUntil', { type: 'instant' }),
    ]);
    expect(mapping.faults).toEqual([]);
    expect(mapping.apply(record)).toEqual({
      fields: { CallDate: '2026-03-29', Seconds: 120, Number: '+4930123456', Region: null, Hold: false },
      skipped: [{ row: 5, target: 'Until', message: 'There is no value for this record.' }],
    });
  });

  test.each<[string, Partial<MappingRow>, unknown]>([
    ['record.startedAt', { type: 'instant' }, '2026-03-29T00:59:59.120Z'],
    ['string(record.startedAt + duration("1s"))', { type: 'instant' }, '2026-03-29T01:00:00.120Z'],
    ['"2026-02-30"', { type: 'date' }, 'The value is no day of the calendar.'],
    ['"soon"', { type: 'instant' }, 'The value is no instant in RFC 3339.'],
    ['record.revision', {}, '4'],
    ['record.held', {}, 'false'],
    ['1.5', { type: 'integer' }, 'The value is no whole number within 2^53.'],
    ['double(record.revision)', { type: 'integer' }, 4],
    ['record.revision', { type: 'number' }, 4],
    ['"a\\u0000"', {}, 'The value is no well-formed text.'],
    ['record.region', { onNull: 'skip' }, 'left'],
    ['record.region', { onNull: 'clear' }, null],
    ['record.region', { onNull: 'reject' }, 'There is no value for this record.'],
    ['record.parties[9].name', { onError: 'skip' }, 'left'],
    ['record.parties[9].name', {}, 'A place in a list or a text was asked for that it does not have.'],
  ])('%s as %j', (expr, more, wanted) => {
    expect(one(expr, more)).toEqual(wanted);
  });

  test('what is too long is refused, and cut where the row says so', () => {
    const fields = [field('F', { maxLength: 8 })];
    expect(one('record.callId', {}, fields)).toBe(
      'The value has more than the 8 characters that the field takes; .cut(8) shortens it.',
    );
    expect(one('record.callId.cut(8)', {}, fields)).toBe('secret-c');
    expect(one("'😀😀😀😀😀😀😀😀'", {}, fields)).toBe('😀😀😀😀😀😀😀😀');
  });

  test('a field that is called like a property of every object is a field', () => {
    const made = compileMapping([row('__proto__', 'record.id'), row('constructor', 'record.id')]).apply(
      record,
    );
    expect('fields' in made && Object.keys(made.fields)).toEqual(['__proto__', 'constructor']);
  });
});

describe('faults have the row and the field', () => {
  const fields = [
    field('Name'),
    field('Made', { writable: false }),
    field('Count', { type: 'number' }),
    field('Day', { type: 'date' }),
  ];
  test.each<[MappingRow, string, string]>([
    [row('Nmae', 'record.id'), '/0/target', 'has no field "Nmae"'],
    [row('Made', 'record.id'), '/0/target', 'cannot be written'],
    [row('Count', 'record.id'), '/0/type', 'is of type number'],
    [row('Day', 'record.startedAt', { type: 'instant' }), '/0/type', 'Give the row the type date'],
    [row('Name', 'record.idd'), '/0/expr', 'There is no field "idd"'],
    [row('Name', 'record.parties'), '/0/expr', 'Choose one value'],
    [row('Count', 'record.id', { type: 'number' }), '/0/expr', 'Make a number of it'],
  ])('%j', (bad, pointer, message) => {
    const { faults } = compileMapping([bad], { fields });
    expect(faults.map((fault) => fault.field)).toContain(pointer);
    expect(faults.find((fault) => fault.field === pointer)?.message).toContain(message);
  });

  test('a row that cannot be evaluated makes the mapping unusable, one that only does not fit does not', () => {
    const unusable = (bad: MappingRow) => compileMapping([row('Day', 'record.id'), bad], { fields }).unusable;
    expect(unusable(row('Name', 'record.idd'))).toMatchObject({ row: 1, target: 'Name', field: '/1/expr' });
    expect(unusable(row('Gone', 'record.id'))).toBeUndefined();
    expect(unusable(row('Name', 'record.parties'))).toBeUndefined();
  });

  test('a field twice', () => {
    expect(compileMapping([row('A', 'record.id'), row('A', 'record.id')]).faults).toMatchObject([
      { row: 1, field: '/1/target' },
    ]);
  });
});

test('the types of all kinds of records are those of their schemas', () => {
  for (const kind of Object.keys(RECORD_SCHEMAS) as RecordKind[]) {
    const type = recordType(kind);
    expect(typeof type === 'object' && 'object' in type && Object.keys(type.object).sort()).toEqual(
      Object.keys(RECORD_SCHEMAS[kind].shape)
        .filter((name) => name !== 'fields')
        .sort(),
    );
    expect(JSON.stringify(type)).not.toContain('"any"');
  }
  const ticket = compileMapping([row('Due', 'record.clocks.map(c, c.dueAt).first()', { type: 'instant' })], {
    input: 'ticket',
  });
  expect(ticket.faults).toEqual([]);
});

test('the rows that connectors come with fill their field from a record that has everything', () => {
  const left = connectors.flatMap(({ manifest }) =>
    Object.entries(manifest.operations).flatMap(([operation, { input, mapping }]) => {
      if (mapping === undefined) return [];
      const made = compileMapping(mapping.defaults, { input }).apply(sampleRecord(input, record.tenantId));
      const skipped = 'error' in made ? [made.error] : made.skipped;
      return skipped.map(({ target, message }) => `${manifest.id} ${operation} ${target}: ${message}`);
    }),
  );
  expect(left).toEqual([]);
});

test('the rows that connectors come with can be used', () => {
  const faults = connectors.flatMap(({ manifest }) =>
    Object.entries(manifest.operations).flatMap(([operation, { input, mapping }]) =>
      compileMapping(mapping?.defaults ?? [], { input }).faults.map(
        ({ field, message }) => `${manifest.id} ${operation}${field}: ${message}`,
      ),
    ),
  );
  expect(faults).toEqual([]);
});

test('whatever a row says, nothing of the record is in what it complains of', () => {
  const expr = fc.constantFrom(
    'record.callId',
    'int(record.callId)',
    '[record.callId]',
    'record.parties[0].name',
    'timestamp(record.callId)',
    'record.callId.substring(99)',
    '{record.callId: 1}[record.link]',
    'record.callId.matches(record.callId + "(")',
  );
  const type = fc.constantFrom<MappingRow['type'][]>(
    'text',
    'integer',
    'number',
    'boolean',
    'instant',
    'date',
  );
  fc.assert(
    fc.property(expr, type, fc.nat({ max: 30 }), (text, as, maxLength) => {
      const made = compileMapping([row('F', text, { type: as })], {
        fields: [field('F', { type: as, maxLength })],
      });
      const applied = made.apply(record);
      if ('error' in applied) expect(JSON.stringify([applied, made.faults])).not.toMatch(/secret|Ann/);
    }),
    { numRuns: 100 },
  );
});
