import {
  checkParsePolicySet,
  policySetTextToParts,
  policyToJson,
  type DetailedError,
} from '@cedar-policy/cedar-wasm/nodejs';
import { policyOf, type CompiledPolicy } from './compiled-policy.ts';

/** What is wrong with a text of policies, and where. */
export interface PolicyFault {
  /** From 1; null where the fault is of the whole text. */
  readonly line: number | null;
  /** Id of the policy, where it has one. */
  readonly policy: string | null;
  readonly message: string;
}

/** A policy and where it stands. */
export interface PlacedPolicy {
  readonly policy: CompiledPolicy;
  /** Line of its beginning, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The policies of a text in the order of the text, or what keeps it from being read. */
export type ParsedPolicies =
  | { readonly policies: readonly PlacedPolicy[]; readonly faults: readonly [] }
  | { readonly policies: readonly []; readonly faults: readonly PolicyFault[] };

/**
 * In Cedar's form for programs, where each `!` or `&&` is two steps. Cedar takes 128 steps of it and no more; what it could not
 * take would leave a set of policies that decides nothing.
 */
const MOST_DEPTH = 110;
const TOO_DEEP =
  'The policy is nested too deeply, or has a chain of too many conditions: use a set, or several policies.';
const TOO_LARGE = 'A number in this policy is too large to be counted exactly: at most 9007199254740991.';

/** Reads a text of policies in Cedar's language. Checks no types: `checkPolicies` does. Never throws. */
export function parsePolicies(text: string): ParsedPolicies {
  const parsed = checkParsePolicySet({ staticPolicies: text });
  if (parsed.type === 'failure') return faulty(parsed.errors.map((error) => faultOf(error, text)));
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') return faulty(parts.errors.map((error) => faultOf(error, text)));
  const placed = inOrder(text, parts.policies);
  const faults = placed.flatMap(({ policy: { id, json }, line }) =>
    [...(isExact(json) ? [] : [TOO_LARGE]), ...(depthOf(json) <= MOST_DEPTH ? [] : [TOO_DEEP])].map(
      (message) => ({ line, policy: id, message }),
    ),
  );
  return faults.length > 0 ? faulty(faults) : { policies: placed, faults: [] };
}

/** A fault of Cedar's with its line. Cedar counts bytes of UTF-8. */
export function faultOf(error: DetailedError, text: string, firstLine = 1): PolicyFault {
  const [at] = error.sourceLocations ?? [];
  const message = [error.message, at?.label, error.help].filter(Boolean).join('; ');
  const line = at === undefined ? null : firstLine + lineOfByte(text, at.start);
  return { line, policy: null, message };
}

/** Steps from the policy to what is nested most deeply in it; a chain of n `&&` counts as n. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Cedar's form for programs has numbers as JavaScript has them, which are exact up to 2^53 only. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}

function faulty(faults: readonly PolicyFault[]): ParsedPolicies {
  return { policies: [], faults };
}

/** Cedar gives the policies back sorted by a number as text; their order in the text is what people know. */
function inOrder(text: string, parts: readonly string[]): PlacedPolicy[] {
  const places = parts.map((_, index) => index).sort((a, b) => (`policy${a}` < `policy${b}` ? -1 : 1));
  const ordered = parts.map((part, index) => ({ part, place: places[index] ?? 0 }));
  ordered.sort((a, b) => a.place - b.place);
  let from = 0;
  return ordered.map(({ part }) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    const answer = policyToJson(part);
    if (answer.type === 'failure')
      throw new Error('A policy that was read as part of a set is not readable alone.');
    return { policy: policyOf(answer.json), line: 1 + countLines(text.slice(0, at)), text: part };
  });
}

function lineOfByte(text: string, byte: number): number {
  return countLines(Buffer.from(text).subarray(0, byte).toString());
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}
