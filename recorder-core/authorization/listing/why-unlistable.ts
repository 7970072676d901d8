import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

/** Each may double what is written for the others; so few stay far below `MOST_CHOICES` of `evaluate.ts`. */
const MOST_CONDITIONALS = 8;

/**
 * Why lists could not be filtered by a policy exactly as it decides, as sentences; empty for one that can be. Asked before it is
 * published, of a policy that strict validation has passed: nothing else of the schema is beyond a formula.
 */
export function whyUnlistable({ conditions }: PolicyJson): string[] {
  const conditionals = countConditionals(conditions);
  if (conditionals <= MOST_CONDITIONALS) return [];
  return [
    `The policy has ${conditionals} times if-then-else, so lists could not be filtered by it. Write at most ${MOST_CONDITIONALS}, or several policies.`,
  ];
}

function countConditionals(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0;
  return Object.values(json).reduce<number>(
    (sum, part) => sum + countConditionals(part),
    'if-then-else' in json ? 1 : 0,
  );
}
