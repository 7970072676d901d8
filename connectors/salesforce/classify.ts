import { classifyResponse } from '../kit/classify-response.ts';
import type { HttpResponse } from '../kit/http.ts';
import { remoteError, type RemoteError } from '../kit/remote-error.ts';
import { FAULT_CODES, TOO_MANY_AT_ONCE, type CodeRule } from './fault-codes.ts';
import { LOOKUPS, OWN_FIELDS } from './recording-object.ts';
import { TASK_FIELDS, TASK_RECORDING_RELATION } from './task.ts';

/** Fields without which nothing can be written, on recordings and on tasks; a relation is named by its field or as itself. */
const OWN: ReadonlySet<string> = new Set([
  ...OWN_FIELDS,
  ...Object.values(LOOKUPS),
  ...TASK_FIELDS,
  TASK_RECORDING_RELATION,
]);

/** Classifies an answer that is no success; `code` and `message` are Salesforce's own, of which the message is not kept. */
export function classifyAnswer(
  response: Pick<HttpResponse, 'status' | 'headers'>,
  about: {
    readonly effect: 'read' | 'write';
    readonly nowMs: number;
    readonly code: string | undefined;
    readonly message?: string;
  },
): RemoteError {
  const { effect, nowMs, code, message } = about;
  const found = classifyResponse(response, { effect, nowMs, code });
  const rule = code === undefined ? undefined : ruleFor(code, message);
  // A word that says how one record failed does not say that a request which failed did nothing.
  if (rule === undefined || found.class === 'unknown_outcome') return found;
  const scope = rule.scope === 'record' ? 'batch' : rule.scope;
  return build(
    { ...rule, scope },
    found.remote,
    found.afterMs === undefined ? rule.afterMs : Math.max(found.afterMs, rule.afterMs ?? 0),
  );
}

/** What Salesforce says of one record of a request that it took. */
export interface RecordFault {
  readonly statusCode: string;
  readonly message: string;
  readonly fields?: readonly string[];
}

/** Classifies the refusal of one record. Of the message nothing is kept: it may quote the record. */
export function classifyFault(fault: RecordFault | undefined, what = 'record'): RemoteError {
  const code = /^[A-Z][A-Z0-9_]{1,63}$/.test(fault?.statusCode ?? '') ? fault?.statusCode : undefined;
  const rule = code === undefined ? undefined : ruleFor(code, fault?.message);
  const remote = code === undefined ? undefined : { code };
  const fields = (fault?.fields ?? []).filter((name) => /^[A-Za-z]\w{0,79}$/.test(name)).slice(0, 5);
  const [only, ...others] = fields;
  const about = only === undefined || others.length > 0 ? {} : { field: only };
  if (rule !== undefined) {
    // What is wrong with the set-up as one record sees it may be right for the next.
    if (rule.class === 'config' && !isOwn(lostColumn(fault?.message)))
      return { ...build({ ...rule, class: 'invalid_record', scope: 'record' }, remote, undefined), ...about };
    const own = rule.class === 'permission' ? ({ ...rule, scope: 'record' } as const) : rule;
    return { ...build(own, remote, rule.afterMs), ...about };
  }
  const where = fields.length === 0 ? '' : ` at ${fields.join(', ')}`;
  return remoteError('invalid_record', `Salesforce refused the ${what}${where}.`, {
    fix: 'Correct the mapping, or the rule in Salesforce that refuses it, and send it again.',
    ...about,
    ...(remote === undefined ? {} : { remote }),
  });
}

/** What a code means, by its message where one code stands for several things or hides the one that was first. */
function ruleFor(code: string, message = ''): CodeRule | undefined {
  if (code === 'REQUEST_LIMIT_EXCEEDED' && /\bConcurrent/.test(message)) return TOO_MANY_AT_ONCE;
  // A trigger or a flow of the organisation that met a lock is refused under a code of its own.
  if (/\bUNABLE_TO_LOCK_ROW\b/.test(message)) return FAULT_CODES['UNABLE_TO_LOCK_ROW'];
  return FAULT_CODES[code];
}

/** The column that Salesforce says it does not know, or not for this user, in the words of a request or of a job. */
export function lostColumn(message = ''): string | undefined {
  return /(?:\bNo such column '|\bField name not found : )(\w+)/.exec(message)?.[1];
}

/** Whether the connector itself cannot do without that column. */
function isOwn(column: string | undefined): boolean {
  return column !== undefined && OWN.has(column);
}

function build(
  rule: CodeRule,
  remote: RemoteError['remote'] | undefined,
  afterMs: number | undefined,
): RemoteError {
  return remoteError(rule.class, rule.title, {
    scope: rule.scope,
    ...(rule.fix === undefined ? {} : { fix: rule.fix }),
    ...(afterMs === undefined ? {} : { afterMs }),
    ...(remote === undefined ? {} : { remote }),
  });
}
