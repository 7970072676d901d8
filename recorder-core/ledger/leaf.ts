/**
 * Ledger leaves: canonical JSON that says what was done to what, when, by which rules and with which result. A leaf
 * outlives the people it concerns, so whatever is personal appears only as a commitment.
 *
 * Schema 2 adds the leaf's place in the chain of leaves about the same object, which is known only when the leaf gets
 * its index: `makeLeaf` makes a draft without it, `placeLeaf` completes the draft. Schema 1 knew no such chain; its
 * leaves still read, and count in the chain that goes on from them.
 */
import { HoldfastError } from '../errors.ts';
import type { Act } from './acts.ts';
import { ACTS } from './acts.ts';
import type { JsonValue } from './canonical-json.ts';
import { canonicalBytes, parseCanonical } from './canonical-json.ts';
import type { Opening } from './commitment.ts';
import { commit } from './commitment.ts';

/** What a leaf may take: the length field of C2SP tlog-tiles entry bundles has 16 bits. */
export const MAX_LEAF_BYTES = 65_535;

/** What was acted upon. */
export interface LeafObject {
  /** Lower-case word of the glossary, such as `recording`. */
  readonly type: string;
  /** Our own id, never a number or address of a person. */
  readonly id: string;
}

/** What the caller states; nothing in it may be personal. */
export interface LeafInput {
  readonly tenant: string;
  readonly at: Date;
  readonly act: Act;
  readonly object: LeafObject;
  /** How it ended, one lower-case word: `done`, `allowed`, `refused`, `failed`. */
  readonly outcome: string;
  /** Ids of the rules that decided, in their order. */
  readonly rules?: readonly string[];
  /** Digest of the rule pack they came from. */
  readonly packDigest?: string;
  /** Digests by name, such as `ciphertextSha256`. */
  readonly digests?: Readonly<Record<string, string>>;
  readonly facts?: Readonly<Record<string, JsonValue>>;
}

/** Where a leaf stands among those about the same object (type and id), so that none of them can be left out. */
export interface LeafPlace {
  /** 1 for the first leaf about the object, then one more each. */
  readonly ordinal: number;
  /** Base64 of the hash (RFC 6962 leaf hash) of the leaf before it about the same object; null for the first. */
  readonly previous: string | null;
}

/** A leaf as it stands in the log. */
export interface Leaf extends Omit<LeafInput, 'at' | 'act'> {
  readonly v: 1 | 2;
  /** In every leaf of schema 2, in none of schema 1. */
  readonly of?: LeafPlace;
  /** RFC 3339 in UTC with milliseconds. */
  readonly at: string;
  /** Dotted word; one of ACTS, or of a later version's. */
  readonly act: string;
  /** Base64 of 32 bytes each, by the name of the personal value. */
  readonly commitments?: Readonly<Record<string, string>>;
}

/** A leaf that has no place yet, and what opens its commitments. */
export interface LeafDraft {
  /** Canonical JSON of the leaf without `of`; for `placeLeaf`. */
  readonly bytes: Buffer;
  /** To be kept where they can be erased; without them the personal values cannot be found out or proved. */
  readonly openings: readonly Opening[];
}

/** What `of` takes at most: an ordinal of 16 digits and a hash. Kept free in every draft. */
const PLACE_BYTES = 92;

/**
 * Makes the draft of a leaf. `personal` values (actor, number, address) go in as salted commitments only.
 * @throws invalid_input naming the field; too_large where it would not fit MAX_LEAF_BYTES with its place.
 */
export function makeLeaf(
  input: LeafInput,
  personal: Readonly<Record<string, string>>,
  random: (size: number) => Buffer,
): LeafDraft {
  if (!ACTS.includes(input.act)) throw malformed('act', 'it is not in the vocabulary of acts');
  if (Number.isNaN(input.at.getTime())) throw malformed('at', 'it is not a time');
  const committed = Object.entries(personal).map(([name, value]) => commit(name, value, random));
  const leaf: Record<string, unknown> = { ...input, at: momentText(input.at), v: 2 };
  if (committed.length > 0) {
    leaf['commitments'] = Object.fromEntries(committed.map((one) => [one.opening.name, one.commitment]));
  }
  const present = withoutUndefined(leaf);
  checkLeaf(present, DRAFT_FIELDS);
  const bytes = canonicalBytes(present as Record<string, JsonValue>);
  if (bytes.length > MAX_LEAF_BYTES - PLACE_BYTES) {
    throw new HoldfastError(
      'too_large',
      `A ledger leaf can have ${MAX_LEAF_BYTES - PLACE_BYTES} bytes; this one has ${bytes.length}. Record a digest of the facts instead of the facts.`,
    );
  }
  return { bytes, openings: committed.map((one) => one.opening) };
}

/**
 * Completes a draft of `makeLeaf` with its place, to the canonical bytes that enter the log.
 * @throws invalid_input for what is no draft, or no place.
 */
export function placeLeaf(draft: Buffer, place: LeafPlace): Buffer {
  if (!isPlace(place)) throw malformed('of', 'it is not a place among the leaves about an object');
  // Canonical order puts `of` right before `outcome`. What follows that has no member of this name, and within a
  // string the quotes would be escaped, so the last occurrence is the leaf's own.
  const at = draft.lastIndexOf(OUTCOME);
  if (at === -1) throw malformed('outcome', 'it is missing');
  const previous = place.previous === null ? 'null' : `"${place.previous}"`;
  const of = Buffer.from(`,"of":{"ordinal":${place.ordinal},"previous":${previous}}`);
  return Buffer.concat([draft.subarray(0, at), of, draft.subarray(at)]);
}

let written: { readonly ms: number; readonly text: string } | undefined;

/** Leaves of many things are made at one moment. Only what has the form of one is remembered: that is taken without a look. */
function momentText(at: Date): string {
  const ms = at.getTime();
  if (written?.ms === ms) return written.text;
  const text = at.toISOString();
  if (isMoment(text)) written = { ms, text };
  return text;
}

/** Options that were passed as undefined are simply absent. */
function withoutUndefined(leaf: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Object.values(leaf).includes(undefined)) return leaf;
  return Object.fromEntries(Object.entries(leaf).filter(([, value]) => value !== undefined));
}

const OUTCOME = Buffer.from(',"outcome":"');

/**
 * Reads a leaf of schema 1 or 2. Strict: canonical bytes, known fields only, each of its form.
 * @throws integrity_failed, for a log never contains anything else.
 */
export function parseLeaf(bytes: Uint8Array): Leaf {
  try {
    if (bytes.length > MAX_LEAF_BYTES) throw malformed('leaf', 'it is too long');
    const leaf = parseCanonical(bytes);
    if (!isRecord(leaf)) throw malformed('leaf', 'it is not an object');
    checkLeaf(leaf, leaf['v'] === 1 ? SCHEMA_1 : SCHEMA_2);
    return leaf as unknown as Leaf;
  } catch (cause) {
    throw new HoldfastError(
      'integrity_failed',
      'This is not a leaf of a ledger: it was changed, or it was written by a later version. Compare it with the log and use a current verifier.',
      { cause },
    );
  }
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const WORD = /^[a-z][a-z0-9_-]{0,63}$/;
const DOTTED = /^[a-z][a-z_]*(\.[a-z][a-z_]*)+$/;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

type Check = (value: unknown) => boolean;

type Fields = Readonly<Record<string, { readonly required: boolean; readonly is: Check }>>;

const DRAFT = {
  v: { required: true, is: (value) => value === 2 },
  tenant: { required: true, is: isLabel },
  at: { required: true, is: (value) => value === written?.text || isMoment(value) },
  act: { required: true, is: (value) => isText(value) && DOTTED.test(value) },
  object: { required: true, is: isObjectRef },
  outcome: { required: true, is: (value) => isText(value) && WORD.test(value) },
  rules: { required: false, is: (value) => Array.isArray(value) && value.every(isLabel) },
  packDigest: { required: false, is: isLabel },
  digests: { required: false, is: (value) => isNamed(value, isLabel) },
  facts: { required: false, is: (value) => isNamed(value, (fact) => fact !== undefined) },
  commitments: { required: false, is: (value) => isNamed(value, isHash) },
} as const satisfies Fields;

const DRAFT_FIELDS = Object.entries(DRAFT);
const SCHEMA_1 = Object.entries({
  ...DRAFT,
  v: { required: true, is: (value) => value === 1 },
} satisfies Fields);
const SCHEMA_2 = Object.entries({ ...DRAFT, of: { required: true, is: isPlace } } satisfies Fields);

function checkLeaf(leaf: Readonly<Record<string, unknown>>, fields: typeof SCHEMA_1): void {
  let known = 0;
  for (const [field, spec] of fields) {
    const value = Object.hasOwn(leaf, field) ? leaf[field] : undefined;
    if (value === undefined ? spec.required : !spec.is(value))
      throw malformed(field, 'it is missing or not of its form');
    if (value !== undefined) known += 1;
  }
  const names = Object.keys(leaf);
  if (names.length === known) return;
  const strange = names.find((name) => !fields.some(([field]) => field === name));
  throw malformed(strange ?? 'leaf', 'a leaf has no such field');
}

function isMoment(value: unknown): boolean {
  return isText(value) && MOMENT.test(value) && !Number.isNaN(Date.parse(value));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isLabel(value: unknown): boolean {
  return isText(value) && value.length > 0 && value.length <= 200;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamed(value: unknown, each: Check): boolean {
  return isRecord(value) && Object.keys(value).every((name) => NAME.test(name) && each(value[name]));
}

function isObjectRef(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length !== 2) return false;
  return isText(value['type']) && WORD.test(value['type']) && isLabel(value['id']);
}

/** Base64 of 32 bytes; the two bits that its last letter has too many are zero, so each hash has one form. */
function isHash(value: unknown): boolean {
  return isText(value) && /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(value);
}

function isPlace(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length !== 2) return false;
  const { ordinal, previous } = value;
  if (!Number.isSafeInteger(ordinal) || (ordinal as number) < 1) return false;
  return ordinal === 1 ? previous === null : isHash(previous);
}

function malformed(field: string, reason: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The leaf cannot be recorded: its field "${field}" is refused, ${reason}.`,
    {
      field,
    },
  );
}
