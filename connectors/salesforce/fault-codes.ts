/** Salesforce's words for errors, as the status codes of its REST and SOAP API name them, and what each comes to here. */
import type { RemoteError, RemoteErrorClass } from '../kit/remote-error.ts';

/** What one of Salesforce's words for an error comes to. */
export interface CodeRule {
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

const UNAVAILABLE: CodeRule = {
  class: 'transient',
  scope: 'connection',
  title: 'Salesforce is unavailable for now.',
};

const NOT_THERE: CodeRule = {
  class: 'config',
  scope: 'connection',
  title: 'Salesforce does not have this object or field, or the user does not see it.',
  fix: 'Deploy the package again, and take fields that are gone out of the mapping.',
};

/** Codes that mean the same for one record and for a whole request; what is not here says something of the record. */
export const FAULT_CODES: Readonly<Record<string, CodeRule>> = {
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
  SERVER_UNAVAILABLE: UNAVAILABLE,
  API_CURRENTLY_DISABLED: UNAVAILABLE,
  FUNCTIONALITY_TEMPORARILY_UNAVAILABLE: UNAVAILABLE,
  // The organisation can be read, and not written, while it is moved or upgraded.
  INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE: {
    class: 'transient',
    scope: 'connection',
    title: 'Salesforce takes no changes during its maintenance.',
    afterMs: 5 * 60_000,
  },
  QUERY_TIMEOUT: { class: 'transient', scope: 'batch', title: 'A query took Salesforce too long.' },
  REQUEST_RUNNING_TOO_LONG: { class: 'transient', scope: 'batch', title: 'It took Salesforce too long.' },
  UNKNOWN_EXCEPTION: {
    class: 'transient',
    scope: 'record',
    title: 'Salesforce failed by a fault of its own.',
  },
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
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: {
    ...NO_ACCESS,
    scope: 'record',
    title: 'The user of the connection may not relate a recording to what was found.',
    fix: 'Share contacts, leads, accounts and cases with the user, or take the kind out of "Relate to".',
  },
  UNSUPPORTED_API_VERSION: {
    class: 'config',
    scope: 'connection',
    title: 'The organisation does not speak this API version any more.',
    fix: 'Choose a newer API version in the configuration.',
  },
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

/** The same code as for the requests of a day, in the message of which it says that too many long ones run at this moment. */
export const TOO_MANY_AT_ONCE: CodeRule = {
  class: 'throttled',
  scope: 'connection',
  title: 'Too many long requests of the organisation run at the same time.',
  afterMs: 10_000,
};
