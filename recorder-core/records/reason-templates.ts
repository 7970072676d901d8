import { createHash } from 'node:crypto';
import { formatInstant } from '../policy/calendar.ts';
import type { Tx } from './database.ts';
import type { Explanation } from './explanation.ts';

/** What a decision says without the instants it names: millions of recordings share one, and it is stored once a tenant. */
export interface ReasonTemplate {
  /** Made from the content. */
  readonly id: string;
  readonly outcome: string;
  readonly body: ReasonBody;
}

/** The JSON of a decision in pieces, and which of its instants stands between each two of them. */
export interface ReasonBody {
  readonly text: readonly string[];
  readonly gaps: readonly number[];
}

const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g;

/** Whether a text names an instant in the form of decisions. Pure. */
export function namesInstant(text: string): boolean {
  return text.search(INSTANT) >= 0;
}

/**
 * Takes a decision apart into words and instants (ms since 1970), each instant once, in the order of the words. `keptFor` is
 * no part of it: that is a date of the recording. Pure.
 */
export function takeApart({ keptFor: _, ...told }: Explanation): {
  readonly reason: ReasonTemplate;
  readonly dates: readonly number[];
} {
  const json = JSON.stringify(told);
  const [text, gaps, dates]: [string[], number[], number[]] = [[], [], []];
  let from = 0;
  for (const { 0: found, index } of json.matchAll(INSTANT)) {
    const at = Date.parse(found);
    if (Number.isNaN(at) || formatInstant(at) !== found) continue; // looks like one and names no day: it stays a word
    text.push(json.slice(from, index));
    const known = dates.indexOf(at);
    gaps.push(known < 0 ? dates.push(at) - 1 : known);
    from = index + found.length;
  }
  const body = { text: [...text, json.slice(from)], gaps };
  return { reason: { id: idOf(body), outcome: told.outcome, body }, dates };
}

/** The decision again, word for word. Pure. */
export function putTogether(
  { text, gaps }: ReasonBody,
  dates: readonly number[],
): Omit<Explanation, 'keptFor'> {
  let json = text[0] ?? '';
  for (const [index, gap] of gaps.entries())
    json += formatInstant(dates[gap] ?? NaN) + (text[index + 1] ?? '');
  return JSON.parse(json) as Omit<Explanation, 'keptFor'>;
}

/** Keeps templates that are not there yet; in one order, so that two who bring the same never wait for each other. */
export async function keepTemplates(tx: Tx, templates: readonly ReasonTemplate[]): Promise<void> {
  const sorted = templates.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await tx.query({
    name: 'keep-reason-templates',
    text: `
      insert into retention_reason (tenant_id, id, outcome, body)
      select current_tenant(), v.id, v.outcome, v.body::jsonb
        from rows from (unnest($1::uuid[]), unnest($2::text[]), unnest(string_to_array($3, E'\\n')))
               as v (id, outcome, body)
          on conflict do nothing`,
    values: [
      sorted.map(({ id }) => id),
      sorted.map(({ outcome }) => outcome),
      sorted.map(({ body }) => JSON.stringify(body)).join('\n'), // JSON has no line breaks of its own
    ],
  });
}

/** Half of a SHA-256: nobody chooses what is hashed, and 2^64 different reasons are never made. */
function idOf(body: ReasonBody): string {
  const hex = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
