import type { ErrorCode } from '../../../recorder-core/errors.ts';

/** An activity that a served worker was told to run, as it asks for it. */
export interface ActivityCall {
  /** Counts within its process. */
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
  /** Type and id of the workflow that wants it. */
  readonly workflow: string;
  readonly workflowId: string;
}

/** What it is told: a value, or our own error. */
export interface ActivityAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly failed?: { readonly code: ErrorCode; readonly message: string };
}
