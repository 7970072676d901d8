import type { Connection } from '@temporalio/client';
import { isGrpcServiceError, NamespaceNotFoundError, ScheduleNotFoundError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { DesiredState } from './desired-state.ts';

/** One difference between the desired state and the server's. */
export interface Change {
  readonly kind: 'namespace' | 'search attribute' | 'schedule';
  readonly name: string;
  readonly action: 'create' | 'update' | 'delete';
  /** What the server has, in words; absent for `create`. */
  readonly from?: string;
  /** What temporal.yaml wants, in words; absent for `delete`. */
  readonly to?: string;
}

/** A difference and what removes it. Running a step twice does no harm. */
export interface Step {
  readonly change: Change;
  run(): Promise<unknown>;
}

/** What every reconciler works with. */
export interface Target {
  readonly connection: Connection;
  readonly namespace: string;
  readonly desired: DesiredState;
  readonly dataConverter: DataConverter;
}

/** True for "it is not there", as gRPC says it or the SDK; a namespace made a moment ago also answers so for a while. */
export function isNotFound(error: unknown): boolean {
  if (error instanceof NamespaceNotFoundError || error instanceof ScheduleNotFoundError) return true;
  return isGrpcServiceError(error) && error.code === 5; // NOT_FOUND
}
