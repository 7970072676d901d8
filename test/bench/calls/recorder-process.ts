/** The recorder role as production runs it, in a process of its own, with a look at what it uses. */
import { readConfig } from '../../../hub/config/read-config.ts';
import { startRecorderRole } from '../../../hub/main/recorder-role.ts';
import { answer } from './child.ts';
import { watchUsage } from './usage.ts';

const role = await startRecorderRole(readConfig<never>({ environment: process.env }));
answer({ usage: watchUsage() }, () => role.stop());
