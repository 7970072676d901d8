import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Compiling a thousand modules is half of the time in which a command or a role starts; what was compiled once is kept
// with the packages, or not at all where they cannot be written to.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/holdfast/code'));
await import('./program.ts');
