import { describe, expect, test } from '@jest/globals';
import { tests as official } from '@bufbuild/cel-spec/testdata/conformance.js';
import { compileExpression } from './compile-expression.ts';

/** A case of the specification's own suite: https://github.com/google/cel-spec/tree/master/tests */
interface Case {
  readonly expr: string;
  readonly value?: unknown;
  readonly evalError?: unknown;
  readonly container?: string;
  readonly bindings?: unknown;
  readonly typeEnv?: unknown;
  readonly checkOnly?: boolean;
}
interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: unknown }[];
}

/** Parts of the language that an expression of ours can use: no messages of Protocol Buffers, no optional values. */
const PARTS = [
  'basic',
  'comparisons',
  'conversions',
  'fields',
  'fp_math',
  'integer_math',
  'lists',
  'logic',
  'macros',
  'parse',
  'plumbing',
  'string',
  'string_ext',
  'timestamps',
];

/** What is meant to be otherwise, and why; a reason that no case needs any more fails. */
const OTHERWISE: readonly { readonly why: string; readonly expr: RegExp }[] = [
  { why: 'no messages of Protocol Buffers', expr: /google\.protobuf\.|TestAllTypes/ },
  { why: 'unknown names and functions are refused in the text', expr: /^x \|\| true|^f_unknown|^a\.\w+\(\)/ },
  { why: 'a condition is a truth value on both sides', expr: /&& 32|'horses'|\|\| 32/ },
  { why: 'named time zones change with the machine', expr: /Australia|US\/|America|Asia/ },
  { why: 'no formatting by locale', expr: /\.format\(/ },
  { why: 'no strings.quote', expr: /strings\.quote/ },
  { why: 'the parser has no quoted fields', expr: /`/ },
  { why: 'results are finite numbers', expr: /15\.75 \/ 0\.0|8\.988466e\+307/ },
  {
    why: 'results are integers that a number can hold',
    expr: /^-9223372036854775808$|36028797018963968|36028797018963969|^u?int\(9223372036854775807u?\)$/,
  },
  { why: 'keys of one number in two types are one key', expr: /^\{0: 1, 0u: 2\}\[0\.0\]$/ },
];

const cases = (official as Suite).suites?.filter(({ name }) => PARTS.includes(name)).flatMap(walk) ?? [];

describe('the cases of the CEL specification', () => {
  test('give what they say, but for what is meant to be otherwise', () => {
    const used = new Set<string>();
    const wrong: string[] = [];
    let held = 0;
    for (const one of cases) {
      const want = one.evalError === undefined ? JSON.stringify(sorted(valueOf(one.value))) : 'fault';
      const got = run(one.expr);
      if (got === want) held++;
      else {
        const reason = OTHERWISE.find(({ expr }) => expr.test(one.expr));
        if (reason === undefined) wrong.push(`${one.expr}: ${want}, not ${got}`);
        else used.add(reason.why);
      }
    }
    expect(wrong).toEqual([]);
    expect(held).toBeGreaterThan(1000);
    expect([...used].sort()).toEqual(OTHERWISE.map(({ why }) => why).sort());
  });
});

function walk(suite: Suite): Case[] {
  const own = (suite.tests ?? []).map(({ original }) => original as Case);
  return [...own, ...(suite.suites ?? []).flatMap(walk)].filter(
    (one) =>
      one.container === undefined &&
      one.bindings === undefined &&
      one.typeEnv === undefined &&
      one.checkOnly !== true &&
      !/typeValue|bytesValue/.test(JSON.stringify(one.value ?? {})),
  );
}

function run(text: string): string {
  try {
    const made = compileExpression(text, { variables: {} }).evaluate({});
    return made.ok ? JSON.stringify(sorted(made.value)) : 'fault';
  } catch {
    return 'fault';
  }
}

type Value = Readonly<Record<string, unknown>>;

/** A value as the suite writes it, in Protocol Buffers' JSON. */
function valueOf(written: unknown): unknown {
  if (written === undefined) return true;
  const [[kind, value] = ['', undefined]] = Object.entries(written as Value);
  switch (kind) {
    case 'int64Value':
    case 'uint64Value':
      return Number(value);
    case 'nullValue':
      return null;
    case 'listValue':
      return ((value as { values?: unknown[] }).values ?? []).map(valueOf);
    case 'mapValue':
      return Object.fromEntries(
        ((value as { entries?: { key: unknown; value: unknown }[] }).entries ?? []).map((entry) => [
          valueOf(entry.key),
          valueOf(entry.value),
        ]),
      );
    case 'objectValue': {
      const { '@type': type, value: text } = value as Value;
      return String(type).endsWith('Timestamp') ? new Date(String(text)).toISOString() : text;
    }
    default:
      return value;
  }
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
