import { z } from 'zod';

/** What is wrong with a value, in words that go on from its name; undefined where zod's own are as good. */
function wordsFor(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'must be given' : TYPES[issue.expected];
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'unrecognized_keys':
      return `has what is not known here: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return noUnion(issue);
    case 'invalid_format':
      return noFormat(issue);
    default:
      return undefined;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'must be a text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  tuple: 'must be a list',
  object: 'must be an object',
  record: 'must be an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'must be an id: 36 characters',
  url: 'must be a complete address',
  // In UTC and with milliseconds: the one form that every schema of an instant takes.
  datetime: 'must be an instant, such as 2026-11-26T08:00:00.000Z',
  date: 'must be a date, such as 2026-11-26',
  email: 'must be an e-mail address',
};

/** Where nobody wrote words for a pattern, the pattern itself helps more than to hear that there is one. */
function noFormat(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>) {
  if (issue.format === 'regex') return `must match ${String(issue['pattern'])}`;
  if (issue.format === 'starts_with') return `must begin with "${String(issue['prefix'])}"`;
  return FORMATS[issue.format];
}

function noUnion({ options }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>) {
  return Array.isArray(options) && options.length > 0
    ? `must be one of: ${options.map(String).join(', ')}`
    : 'has none of the forms that are taken here';
}

function tooSmall({ origin, minimum, inclusive, exact }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>) {
  if (origin === 'string' && exact === true) return `must have exactly ${minimum} characters`;
  if (origin === 'string')
    return minimum === 1 ? 'must be given' : `must have at least ${minimum} characters`;
  if (origin === 'array' || origin === 'set')
    return minimum === 1 ? 'must have at least one entry' : `must have at least ${minimum} entries`;
  if (origin === 'number' || origin === 'int')
    return inclusive === false ? `must be more than ${minimum}` : `must be at least ${minimum}`;
  return undefined;
}

function tooBig({ origin, maximum, inclusive, exact }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>) {
  if (origin === 'string' && exact === true) return `must have exactly ${maximum} characters`;
  if (origin === 'string') return `must have at most ${maximum} characters`;
  if (origin === 'array' || origin === 'set') return `must have at most ${maximum} entries`;
  if (origin === 'number' || origin === 'int')
    return inclusive === false ? `must be less than ${maximum}` : `must be at most ${maximum}`;
  return undefined;
}

/**
 * Has every schema of this process say what is wrong in those words, unless the schema has words of its own. Called where a
 * process begins; more than once does nothing.
 */
export function useZodWords(): void {
  z.config({ customError: wordsFor });
}
