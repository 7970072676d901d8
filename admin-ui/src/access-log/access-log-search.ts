import { present } from '../format/present.ts';
import { startOfDay } from '../format/start-of-day.ts';

/** What the access log is searched for, as it stands in the URL. Days are the reader's own, as `2026-11-26`. */
export interface AccessLogSearch {
  readonly person?: string;
  readonly object?: string;
  readonly outcome?: 'allowed' | 'refused';
  readonly policy?: string;
  readonly act?: string;
  readonly from?: string;
  readonly to?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ACT = /^[a-z_.-]{3,64}$/;
const OUTCOMES: readonly AccessLogSearch['outcome'][] = ['allowed', 'refused'];
const LONGEST = 200;

/** Reads the search from the URL; what is not understood is left out. */
export function parseAccessLogSearch(raw: Readonly<Record<string, unknown>>): AccessLogSearch {
  const text = (name: string) => {
    const value = raw[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, LONGEST) : undefined;
  };
  const fitting = (name: string, form: RegExp) => (form.test(text(name) ?? '') ? text(name) : undefined);
  const outcome = text('outcome');
  return present({
    person: text('person'),
    object: text('object'),
    outcome: OUTCOMES.find((known) => known === outcome),
    policy: text('policy'),
    act: fitting('act', ACT),
    from: fitting('from', DAY),
    to: fitting('to', DAY),
  });
}

/** The search in the words of the API: whole days become instants. */
export function accessLogQueryOf({ object, from, to, ...same }: AccessLogSearch): Record<string, string> {
  const isId = object !== undefined && ID.test(object);
  return present({
    ...same,
    objectId: isId ? object.toLowerCase() : undefined,
    objectType: isId ? undefined : object?.toLowerCase(),
    from: from === undefined ? undefined : startOfDay(from, 0),
    to: to === undefined ? undefined : startOfDay(to, 1),
  });
}
