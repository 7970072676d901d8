/** Examples of access: questions with the answers that policies must give, kept with the policies as their tests. */
import { z } from 'zod';
import { ACTS } from '../policy/access.ts';
import type { AccessDecision } from './access-decision.ts';
import type { AccessedRecording, Asked } from './asked.ts';
import { authorize } from './authorize.ts';
import { ipAddress } from './ip-address.ts';
import type { PolicySet } from './policy-set.ts';

const word = z.string().min(1).max(200);
const seconds = z.number().int().min(0).max(31_536_000);

/** Somebody; what is left out they do not have. */
const examplePerson = z.strictObject({
  id: word.default('example-person'),
  kind: z.enum(['user', 'service']).default('user'),
  role: word.default('none'),
  groups: z.array(word).max(50).default([]),
  department: word.nullable().default(null),
  job: word.nullable().default(null),
  region: word.nullable().default(null),
});

/** A recording; what is left out is ordinary. Without a recording the question is about the tenant. */
const exampleRecording = z.strictObject({
  id: word.default('example-recording'),
  region: word.default('eu'),
  department: word.nullable().default(null),
  classification: word.nullable().default(null),
  retentionClass: word.default('standard'),
  source: word.default('example-source'),
  startedAt: z.iso.datetime({ offset: true }).optional().describe('Left out: a day before the question.'),
  restricted: z.boolean().default(false),
  held: z.boolean().default(false),
  ownOf: z.array(word).max(50).default([]).describe('Ids of the users who took part.'),
});

/** The circumstances; what is left out is a session with a fresh proof of presence and nothing else known. */
const exampleCircumstances = z.strictObject({
  at: z.iso.datetime({ offset: true }).optional().describe('Left out: the moment of the check.'),
  purpose: word.nullable().default(null),
  address: ipAddress.nullable().default(null),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable()
    .default(null),
  region: word.nullable().default(null),
  stepUpAgeSeconds: seconds.nullable().default(0),
  means: z.enum(['session', 'token', 'machine']).default('session'),
  recentPlays: z.number().int().min(0).max(1_000_000).optional(),
});

/** One example as it is written and stored. */
export const accessExample = z.strictObject({
  name: z.string().trim().min(1).max(200).describe('What must hold, in a sentence.'),
  person: examplePerson,
  act: z.enum(ACTS),
  recording: exampleRecording.optional(),
  circumstances: exampleCircumstances.prefault({}),
  expect: z.enum(['allowed', 'refused']),
  by: word.optional().describe('Id of a policy that must be among those that decide.'),
});
export type AccessExample = z.output<typeof accessExample>;

/** At most so many with one version. */
export const MOST_EXAMPLES = 500;
/** All examples of a version. */
export const accessExamples = z.array(accessExample).max(MOST_EXAMPLES);

/** How an example ended. */
export interface ExampleResult {
  readonly name: string;
  readonly passed: boolean;
  /** What is, where it is not what was expected. */
  readonly difference: string | null;
  readonly decision: AccessDecision;
}

/** Asks each example of a set. `atMs` is the moment of those that name none. */
export function runExamples(
  set: PolicySet,
  examples: readonly AccessExample[],
  atMs: number,
): ExampleResult[] {
  return examples.map((example) => {
    const decision = authorize(set, [], questionOf(example, atMs));
    const difference = differenceOf(example, decision);
    return { name: example.name, passed: difference === null, difference, decision };
  });
}

/** The question of an example. */
export function questionOf({ person, act, recording, circumstances }: AccessExample, atMs: number): Asked {
  const { at, stepUpAgeSeconds, recentPlays, ...known } = circumstances;
  const nowMs = at === undefined ? atMs : Date.parse(at);
  return {
    principal: person,
    act,
    thing: recording === undefined ? { type: 'tenant', id: 'tenant' } : recordingOf(recording, nowMs),
    context: {
      ...known,
      nowMs,
      stepUpAgeMs: stepUpAgeSeconds === null ? null : stepUpAgeSeconds * 1_000,
      ...(recentPlays !== undefined && { recentPlays }),
    },
  };
}

function recordingOf(
  { startedAt, ...facts }: z.output<typeof exampleRecording>,
  nowMs: number,
): AccessedRecording {
  const startedAtMs = startedAt === undefined ? nowMs - 86_400_000 : Date.parse(startedAt);
  return { type: 'recording', ...facts, startedAtMs };
}

function differenceOf(
  { expect, by }: AccessExample,
  { allowed, rule, policies }: AccessDecision,
): string | null {
  const is = allowed ? 'allowed' : 'refused';
  if (is !== expect) return `It is ${is}, by ${rule}.`;
  if (by === undefined || rule === by || policies.some(({ id }) => id === by)) return null;
  return `It is ${is} as expected, and not by ${by} but by ${policies.map(({ id }) => id).join(', ') || rule}.`;
}
