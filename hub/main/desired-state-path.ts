import { join } from 'node:path';

/** The file that declares what we want of a Temporal server: namespace, queues, schedules. */
export const DESIRED_STATE_PATH = join(import.meta.dirname, '../../temporal.yaml');
