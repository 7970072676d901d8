import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../errors.ts';
import { bind, compileExpression } from './compile-expression.ts';
import type { ExpressionType } from './expression-type.ts';
import { processorMs } from '../../test/support/processor-ms.ts';

const PARTY = {
  object: { name: { nullable: 'text' }, address: { nullable: 'text' }, role: { nullable: 'text' } },
} as const;
const RECORD = {
  object: {
    id: 'text',
    startedAt: 'instant',
    endedAt: 'instant',
    durationMs: 'integer',
    region: { nullable: 'text' },
    held: 'boolean',
    parties: { list: PARTY },
    extra: 'any',
  },
} as const satisfies ExpressionType;
const record = {
  id: 'call-1',
  startedAt: '2026-03-29T00:59:59.120Z',
  endedAt: '2026-03-29T01:02:00.000Z',
  durationMs: 120_880,
  region: null,
  held: true,
  parties: [
    { name: 'Ann', address: 'sip:+442012345@example.org', role: 'agent' },
    { name: null, address: 'tel:+49-30-123456', role: 'caller' },
  ],
  extra: { a: [1, 'two'], constructor: 'own' },
};

const variables = { record: RECORD };
const run = (text: string) => compileExpression(text, { variables }).evaluate({ record });
const value = (text: string) => {
  const made = run(text);
  return made.ok ? made.value : made.fault.kind;
};
const fault = (text: string): string => {
  try {
    compileExpression(text, { variables });
  } catch (error) {
    if (isHoldfastError(error)) return error.message;
    throw error;
  }
  return '';
};

describe('values', () => {
  test.each([
    ['record.id', 'call-1'],
    ['record.durationMs / 1000', 120],
    ['round(record.durationMs / 1000)', 'fault'],
    ['round(double(record.durationMs) / 1000.0)', 121],
    ['record.startedAt', '2026-03-29T00:59:59.120Z'],
    ['record.startedAt + duration("0.5s")', '2026-03-29T00:59:59.620Z'],
    ['seconds(record.endedAt - record.startedAt)', 120.88],
    ['milliseconds(record.endedAt - record.startedAt)', 120_880],
    ['record.startedAt.getHours("+02:00")', 2],
    ['date(record.startedAt, "-01:00")', '2026-03-28'],
    ['record.startedAt.getDayOfYear()', 87],
    ['record.region', null],
    ['record.region.orElse("none")', 'none'],
    ['has(record.region)', false],
    [
      'record.parties.filter(p, p.role == "caller").map(p, p.address).first().orElse("").phone()',
      '+4930123456',
    ],
    ['record.parties.filter(p, p.role == "bot").map(p, p.address).first()', null],
    ['record.parties.map(p, p.name.orElse("?")).join(", ")', 'Ann, ?'],
    ['record.parties.last().role', 'caller'],
    ['record.extra.a', [1, 'two']],
    ['record.extra.constructor', 'own'],
    ['{"held": record.held}', { held: true }],
    ['"😀é".cut(1)', '😀'],
    ['"a😀b".indexOf("b")', 2],
    ['"sip:100@x".phone()', '100'],
    ['"sip:anne@x".phone()', ''],
  ])('%s', (text, wanted) => {
    if (wanted === 'fault') expect(fault(text)).not.toBe('');
    else expect(value(text)).toEqual(wanted);
  });

  test('a run that gives none says why, and nothing of the record', () => {
    expect([
      value('record.region + "x"'),
      value('record.parties[7].name'),
      value('record.extra.missing'),
      value('int(record.id)'),
      value('record.durationMs / 0'),
      value('9007199254740993'),
      value('timestamp("2026-02-30T00:00:00Z")'),
    ]).toEqual(['type', 'absent', 'absent', 'format', 'range', 'range', 'format']);
    for (const text of [
      'int(record.id)',
      'bool(record.id)',
      'timestamp(record.id)',
      'record.extra[record.id]',
      'duration(record.id)',
      '{record.id: 1, record.id: 2}',
    ])
      expect(JSON.stringify(run(text))).not.toContain('call-1');
  });

  test('values that are not of their declared type are a fault of the run', () => {
    const made = compileExpression('record.startedAt.getHours()', { variables });
    expect(made.evaluate({ record: { startedAt: 'soon' } })).toMatchObject({ ok: false });
    expect(made.evaluate({})).toMatchObject({ ok: false });
    expect(compileExpression('record.id', { variables }).evaluate({ record: { id: Symbol('x') } }).ok).toBe(
      false,
    );
  });
});

describe('faults of the text name the place and the way out', () => {
  test.each([
    ['recrd.id', 'At column 1: There is no "recrd". Did you mean "record"?'],
    ['record.startdAt', 'Did you mean "startedAt"?'],
    ['record.parties.name', 'Take one element first'],
    ['record.id + 1', 'Make texts of them with string(…)'],
    ['record.durationMs * 1.5', 'double(…)'],
    ['record.id == 3', 'text and integer are never equal'],
    ['record.id ? 1 : 2', 'A condition is needed here'],
    ['record.id = "x"', 'compared with =='],
    ['record.held & true', '&& and ||'],
    ['record.?region', 'orElse'],
    ['"abc', 'At column 1'],
    ['record.id +\n record.foo', 'Line 2, column 8: There is no field'],
    ['(1', 'ends too early'],
    ['', 'is empty'],
    ['record.id.lowercase()', 'There is no function "lowercase"'],
    ['record.id.size(1)', 'does not exist'],
    ['Secret{}', 'cannot be made here'],
    ['record.id.filter(x, true)', 'has no elements'],
    ['cel.bind(x, 1, x)', 'There is no'],
  ])('%s', (text, wanted) => {
    expect(fault(text)).toContain(wanted);
  });

  test('a result of the wrong type', () => {
    expect(() => compileExpression('record.id', { variables, result: 'boolean' })).toThrow(
      'gives text; boolean is needed',
    );
    expect(compileExpression('record.extra', { variables, result: 'boolean' }).type).toBe('any');
  });
});

describe('hostile texts', () => {
  test.each([
    '__proto__',
    'constructor',
    'record.__proto__',
    'record.constructor',
    'record["__proto__"]',
    'record.id.constructor("return 1")()',
    'record.toString()',
    'globalThis',
  ])('%s reaches nothing', (text) => {
    expect(fault(text)).not.toBe('');
  });

  test.each([
    'record.extra.__proto__',
    'record.extra["toString"]',
    'record.extra["hasOwnProperty"]',
    'record.extra.a.length',
  ])('%s is absent', (text) => {
    expect(['absent', 'type']).toContain(value(text));
  });

  test('depth, length and size of the text', () => {
    expect(fault('('.repeat(40) + '1' + ')'.repeat(40))).toContain('deep');
    expect(fault('['.repeat(4000))).toContain('deep');
    expect(fault('x'.repeat(5000))).toContain('4096');
    expect(value('1' + '+1'.repeat(1000))).toBe(1001);
    expect(fault('1' + '+1'.repeat(2047))).toContain('too many parts');
    expect(value('"((((((((((((((((((((((((((((((((((((((((((("')).toContain('(((');
    expect(value('!'.repeat(4000) + 'true')).toBe(true);
  });

  const TEN = '[1,2,3,4,5,6,7,8,9,0]';
  test.each([
    [
      'loops in loops',
      `${TEN}.all(a, ${TEN}.all(b, ${TEN}.all(c, ${TEN}.all(d, ${TEN}.all(e, ${TEN}.all(f, true))))))`,
    ],
    [
      'a fault of the limit is not hidden by ||',
      `${TEN}.all(a, ${TEN}.all(b, ${TEN}.all(c, ${TEN}.all(d, ${TEN}.all(e, ${TEN}.all(f, true)))))) || true`,
    ],
    ['a text that doubles', `["${'a'.repeat(100)}"]${'.map(x, x + x + x + x + x + x + x + x)'.repeat(20)}`],
    ['a list that doubles', `[[1]]${'.map(x, x + x + x + x + x + x + x + x)'.repeat(20)}`],
    ['replacing nothing', `["${'a'.repeat(500)}"]${'.map(x, x.replace("", x))'.repeat(8)}`],
    ['a separator that grows', `["${'a'.repeat(100)}"]${'.map(x, [x,x,x,x,x,x,x,x].join(x))'.repeat(12)}`],
    [
      'lists of lists, compared',
      `[${TEN}]${'.map(x, [x,x,x,x,x,x,x,x,x,x])'.repeat(9)} == [${TEN}]${'.map(x, [x,x,x,x,x,x,x,x,x,x])'.repeat(9)}`,
    ],
    [
      'a pattern that backtracks elsewhere, again and again',
      `${TEN}.all(a, ${TEN}.all(b, ${TEN}.all(c, ${TEN}.all(d, "${'a'.repeat(400)}".matches("(a*)*(a*)*(a|aa)+b") == false))))`,
    ],
    ['bytes that double', `[b"aaaa"]${'.map(x, x + x + x + x + x + x + x + x)'.repeat(9)}`],
    [
      'white space, cut off again and again',
      `["${' '.repeat(1000)}"].map(x, [${'x,'.repeat(60)} x].join()).all(t, ${TEN}.all(a, ${TEN}.all(b, ${TEN}.all(c, t.trim() == ""))))`,
    ],
    ['a long pattern', `"a".matches("${'a'.repeat(600)}")`],
  ])('%s ends', (_, text) => {
    expect(value(text)).toBe('limit');
  });

  test('reading numbers takes no time by the square of their digits', () => {
    const digits = `["${'1'.repeat(1000)}"].map(x, [${'x,'.repeat(100)} x].join() + "x")`;
    const taken = processorMs(() => {
      for (const read of ['double', 'int', 'uint', 'timestamp', 'duration', 'bool'])
        expect(value(`${digits}.map(x, ${read}(x))`)).toBe('format');
    });
    expect(taken).toBeLessThan(5000);
  });

  test('matches is linear', () => {
    const text = `"${'a'.repeat(1000)}".matches("^(a+)+$") && !"${'a'.repeat(1000)}!".matches("^(a+)+$")`;
    expect(processorMs(() => expect(value(text)).toBe(true))).toBeLessThan(5000);
    expect(value('"a".matches("(")')).toBe('other');
    expect(value('"a".matches("(?=a)")')).toBe('other');
  });
});

const word = fc.constantFrom(
  'record',
  '.id',
  '.parties',
  '.extra',
  '.a',
  '[0]',
  '["x"]',
  '.map(x, x)',
  '.filter(x, true)',
  '.first()',
  '.orElse(1)',
  '(',
  ')',
  ' + ',
  ' == ',
  ' && ',
  ' ? ',
  ' : ',
  '"t"',
  '1',
  '2.5',
  'null',
  'true',
  'x',
  '.size()',
  '.matches("(a+)+$")',
  '.startedAt',
  '.getHours()',
  '.__proto__',
  '{',
  '}',
  ', ',
  '-',
  '!',
  'string(',
  'int(',
  ' in ',
  '9223372036854775807',
  '.join("")',
);

test('random texts: only faults of the text, only faults of the run, and the same again', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join('')),
        fc.string({ unit: 'grapheme', maxLength: 40 }),
      ),
      fc.jsonValue(),
      (text, extra) => {
        let made;
        try {
          made = compileExpression(text, { variables });
        } catch (error) {
          expect(isHoldfastError(error)).toBe(true);
          return;
        }
        const values = { record: { ...record, extra } };
        const before = JSON.stringify(values);
        const first = made.evaluate(values);
        expect(made.evaluateBound(bind(variables, values))).toEqual(first);
        expect(JSON.stringify(values)).toBe(before);
        if (first.ok) expect(JSON.parse(JSON.stringify(first.value))).toEqual(first.value);
      },
    ),
    { numRuns: 500 },
  );
});

const leaf = fc.constantFrom(
  ...['record.id', 'record.durationMs', 'record.startedAt', 'record.region', 'record.held', 'record.parties'],
  ...[
    'record.extra',
    '"😀a"',
    '1',
    '2.5',
    'null',
    'true',
    '[]',
    '[1, 2]',
    '{"a": 1}',
    'duration("1h")',
    '1u',
  ],
);
const { grown } = fc.letrec<{ grown: string }>((tie) => {
  const part = tie('grown');
  const operator = fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', 'in');
  const method = fc.constantFrom(
    ...[
      '.size()',
      '.first()',
      '.orElse(1)',
      '[0]',
      '["a"]',
      '.name',
      '.map(x, x)',
      '.filter(x, true)',
      '.join(",")',
    ],
    ...['.cut(1)', '.phone()', '.getHours("+01:00")', '.split("a", 1)', '.replace("", "b")', '.substring(1)'],
  );
  const call = fc.constantFrom(
    'string',
    'int',
    'double',
    'bool',
    'timestamp',
    'size',
    'type',
    'dyn',
    'date',
    'round',
  );
  return {
    grown: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.tuple(part, operator, part).map(([one, between, other]) => `(${one} ${between} ${other})`),
      fc.tuple(part, method).map((words) => words.join('')),
      fc.tuple(call, part).map(([name, inner]) => `${name}(${inner})`),
      fc.tuple(part, part, part).map(([one, two, three]) => `(${one} ? ${two} : ${three})`),
      fc.array(part, { maxLength: 2 }).map((items) => `[${items.join(', ')}]`),
    ),
  };
});

test('a value is of the type that its text was found to have', () => {
  fc.assert(
    fc.property(grown, fc.jsonValue(), (text, extra) => {
      if (fault(text) !== '') return;
      const made = compileExpression(text, { variables });
      const result = made.evaluate({ record: { ...record, extra } });
      if (result.ok) expect({ text, held: isOf(made.type, result.value) }).toEqual({ text, held: true });
    }),
    { numRuns: 1000 },
  );
});

function isOf(type: ExpressionType, value: unknown): boolean {
  if (type === 'any' || type === 'nothing') return true;
  if (typeof type === 'object' && 'nullable' in type) return value === null || isOf(type.nullable, value);
  if (typeof type === 'object' && 'list' in type)
    return Array.isArray(value) && value.every((item) => isOf(type.list, item));
  if (value === null || type === 'null') return value === null && type === 'null';
  if (typeof type === 'object') return typeof value === 'object' && !Array.isArray(value);
  if (type === 'integer' || type === 'unsigned' || type === 'number') return typeof value === 'number';
  return typeof value === (type === 'boolean' ? 'boolean' : 'string');
}
