/** The recorder role as production runs it, in a process of its own, with a look at what it uses. */
import { answer } from './child.ts';
import { watchUsage } from './usage.ts';

const usage = watchUsage(); // before any thread is started
const { readConfig } = await import('../../../hub/config/read-config.ts');
const { startRecorderRole } = await import('../../../hub/main/recorder-role.ts');

const role = await startRecorderRole(readConfig<never>({ environment: process.env }));
answer({ usage }, () => role.stop());
