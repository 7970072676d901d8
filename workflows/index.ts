/** Every workflow that a worker runs; the function's name is the workflow's type. */
export { recordingLifecycle } from './recording-lifecycle/workflow.ts';
export { retentionSweep } from './retention-sweep/workflow.ts';
export { disposal } from './disposal/workflow.ts';
export { redelivery } from './redelivery/workflow.ts';
