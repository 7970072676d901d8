/**
 * A program of its own, run by `test/run.ts` before the tests: has Node compile what most processes of a run load, and keep it
 * where they look for it (NODE_COMPILE_CACHE). Those of the first tests start at the same time, and without it each of them
 * would compile all of it for itself.
 */
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** What is loaded by the roles of the product and by most tests. */
const LOADED_MOST = [
  'hub/main/supervisor.ts',
  'hub/main/recorder-role.ts',
  'hub/main/hub-role.ts',
  'hub/main/worker-role.ts',
  'hub/main/codec-role.ts',
  'test/support/workflow-test.ts',
  'test/support/stored-recording.ts',
  'test/support/test-hub.ts',
  'test/support/test-recorder.ts',
];

for (const path of LOADED_MOST) await import(join(ROOT, path));
flushCompileCache();
process.exit(); // whatever a module has opened
