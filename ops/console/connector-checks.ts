import type { Plugin } from 'vite';
import { listManifests } from '../../hub/connections/list-connectors.ts';
import { compileChecks } from './compile-checks.ts';

const NAME = 'virtual:connector-checks';

/** Gives the console the module `virtual:connector-checks`: checks of forms, compiled from the connectors of this build. */
export function connectorChecks(): Plugin {
  return {
    name: 'connector-checks',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? compileChecks(listManifests()) : undefined),
  };
}
