import { classifyResponse } from '../kit/classify-response.ts';
import type { HttpResponse } from '../kit/http.ts';
import { remoteError, type RemoteError, type RemoteErrorClass } from '../kit/remote-error.ts';

interface CodeRule {
  readonly class: RemoteErrorClass;
  readonly scope: RemoteError['scope'];
  readonly title: string;
  readonly fix?: string;
  readonly afterMs?: number;
}

const NO_ACCESS: CodeRule = {
  class: 'permission',
  scope: 'connection',
  title: 'The user of the connection may not do this in Salesforce.',
  fix: 'Assign the permission set Holdfast_Integration to the user.',
};

const NOT_THERE: CodeRule = {
  class: 'config',
  scope: 'connection',
  title: 'Salesforce does not have this object or field, or the user does not see it.',
  fix: 'Deploy the package again, and take fields that are gone out of the mapping.',
};

/** Codes that mean the same for one record and for a whole request; what is not here says something of the record. */
const CODES: Readonly<Record<string, CodeRule>> = {
  // Rolling over 24 hours: some requests come back soon, and asking more often only uses them up.
  REQUEST_LIMIT_EXCEEDED: {
    class: 'quota',
    scope: 'connection',
    title: 'The API requests of the organisation are used up.',
    fix: 'Wait, or buy more API requests.',
    afterMs: 15 * 60_000,
  },
  STORAGE_LIMIT_EXCEEDED: {
    class: 'quota',
    scope: 'connection',
    title: 'The storage of the organisation is full.',
    fix: 'Free or buy storage in Salesforce.',
    afterMs: 60 * 60_000,
  },
  UNABLE_TO_LOCK_ROW: {
    class: 'transient',
    scope: 'record',
    title: 'Somebody else was writing to the same parent record.',
    afterMs: 5000,
  },
  DUPLICATE_VALUE: {
    class: 'transient',
    scope: 'record',
    title:
      'Another request made a record of the same id, or of the same value of a unique field, at this moment.',
    fix: 'If it stays so, a field of the mapping is unique in Salesforce and two recordings have the same value.',
    afterMs: 1000,
  },
  SERVER_UNAVAILABLE: {
    class: 'transient',
    scope: 'connection',
    title: 'Salesforce is unavailable for now.',
  },
  QUERY_TIMEOUT: { class: 'transient', scope: 'batch', title: 'A query took Salesforce too long.' },
  INVALID_SESSION_ID: {
    class: 'auth',
    scope: 'connection',
    title: 'The session was refused.',
    fix: 'Check the credential of the connection and that the user is active.',
  },
  API_DISABLED_FOR_ORG: {
    ...NO_ACCESS,
    title: 'The API is not enabled for this organisation.',
    fix: 'Use an edition with API access.',
  },
  INSUFFICIENT_ACCESS: NO_ACCESS,
  INSUFFICIENT_ACCESS_OR_READONLY: { ...NO_ACCESS, scope: 'record' },
  INVALID_TYPE: NOT_THERE,
  INVALID_FIELD: NOT_THERE,
  INVALID_FIELD_FOR_INSERT_UPDATE: {
    ...NOT_THERE,
    title: 'A field of the mapping cannot be written.',
    fix: 'Take it out of the mapping, or give the permission set write access to it.',
  },
  // What was found when the plan was made is gone: the next plan looks anew.
  INVALID_CROSS_REFERENCE_KEY: {
    class: 'conflict',
    scope: 'record',
    title: 'Somebody deleted what the recording was to be related to.',
  },
  ENTITY_IS_DELETED: { class: 'conflict', scope: 'record', title: 'Somebody deleted the record meanwhile.' },
  DUPLICATE_EXTERNAL_ID: {
    class: 'invalid_record',
    scope: 'record',
    title: 'Two records in Salesforce have the same Holdfast id.',
    fix: 'Make the external id unique, and delete one of the two.',
  },
};

/** Classifies an answer that is no success; `code` is Salesforce's own word for it. */
export function classifyAnswer(
  response: Pick<HttpResponse, 'status' | 'headers'>,
  about: { readonly effect: 'read' | 'write'; readonly nowMs: number; readonly code: string | undefined },
): RemoteError {
  const found = classifyResponse(response, about);
  const rule = about.code === undefined ? undefined : CODES[about.code];
  if (rule === undefined) return found;
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
  const rule = code === undefined ? undefined : CODES[code];
  const remote = code === undefined ? undefined : { code };
  const fields = (fault?.fields ?? []).filter((name) => /^[A-Za-z]\w{0,79}$/.test(name)).slice(0, 5);
  const [only, ...others] = fields;
  const about = only === undefined || others.length > 0 ? {} : { field: only };
  if (rule !== undefined) {
    // What is wrong with the set-up as one record sees it may be right for the next.
    if (rule.class === 'config')
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
