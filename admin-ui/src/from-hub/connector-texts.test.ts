import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConnectorManifest } from '../../../connectors/kit/manifest.ts';
import { credentialForm } from '../../../connectors/kit/credential-form.ts';
import { connectors } from '../../../connectors/registry.ts';
import { speak } from '../i18n/t.ts';
import { fromHub } from './from-hub.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CATALOGUE = JSON.parse(readFileSync(join(import.meta.dirname, 'german.json'), 'utf8')) as Record<
  string,
  string
>;

beforeAll(() => {
  speak('de', {}, CATALOGUE);
});
afterAll(() => {
  speak('en', {});
});

interface Field {
  readonly title?: string;
  readonly description?: string;
  /** What is said of a value that does not match. */
  readonly refusal?: string;
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
}

/** What a form shows of its fields. */
function textsOf({ title, description, refusal, items, properties = {} }: Field): string[] {
  const own = [title, description, refusal].filter((text) => text !== undefined);
  return [
    ...own,
    ...[...Object.values(properties), ...(items === undefined ? [] : [items])].flatMap(textsOf),
  ];
}

/** Everything in a manifest that people read. */
function shownOf({ title, description, config, auth, checks, operations, streams }: ConnectorManifest) {
  return [
    title,
    description,
    ...textsOf(config as Field),
    ...auth.flatMap((kind) => [kind.title, ...textsOf(credentialForm(kind.type) as Field)]),
    ...checks.map((check) => check.title),
    ...[...Object.values(operations), ...Object.values(streams)].flatMap((one) => [
      one.title,
      one.description,
    ]),
  ];
}

test.each(connectors.map(({ manifest }) => [manifest.id, manifest] as const))(
  'every name, hint, check and operation of the manifest of %s has German',
  (_id, manifest) => {
    const shown = shownOf(manifest);
    expect(shown.length).toBeGreaterThan(4);
    expect(shown.filter((text) => !Object.hasOwn(CATALOGUE, text))).toEqual([]);
  },
);

/** Said to whoever writes a connector, or in answer to a fault in our own code; nobody reads it in the console. */
const NOT_SHOWN: readonly string[] = [
  'Only UUIDs are put into statements.',
  'The host lent no client of its own to the connector "snowflake".',
];
/** A literal of the source: its text, with a value wherever one is put in. */
const LITERAL = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;
const SENTENCE = /^(?=["A-Z])\S*[a-z]\S* .*[.!]$/s;

/** The sentences in the code of a connector: what its checks found, what was refused, and what to do about it. */
function sentencesOf(connector: string): string[] {
  const folder = join(ROOT, 'connectors', connector);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /(?<!\.test)\.ts$/.test(file) && !/^(app|package|testing)\/|node_modules/.test(file))
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(LITERAL)])
    .map(([, single, double, template]) => single ?? double ?? template ?? '')
    .map((text) => text.replaceAll("\\'", "'").replaceAll(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, 'X'))
    .filter((text) => SENTENCE.test(text) && !NOT_SHOWN.includes(text));
}

const isGerman = (text: string) => Object.hasOwn(CATALOGUE, text) || fromHub(text) !== text;

test.each(connectors.map(({ manifest }) => [manifest.id] as const))(
  'what %s finds, refuses and advises has German',
  (id) => {
    const said = sentencesOf(id);
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter((text) => !isGerman(text))).toEqual([]);
  },
);
