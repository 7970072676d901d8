import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundleWorkflowCode, type Logger as SdkLogger } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from './data-converter.ts';

const ROOT = join(import.meta.dirname, '../..');
const INTERCEPTORS = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors',
);

/** The code of all workflows as one script, and the id of exactly this code. */
export interface WorkflowBundle {
  readonly code: string;
  /** Hash of the code; the same sources give the same id wherever the checkout stands. */
  readonly buildId: string;
}

/**
 * Bundles the workflows with the interceptors and converters that every worker
 * and replay uses. Takes a second or two; do it once per process.
 */
export async function bundleWorkflows(
  options: { readonly workflowsPath?: string; readonly root?: string; readonly logger?: SdkLogger } = {},
): Promise<WorkflowBundle> {
  const { workflowsPath = join(ROOT, 'workflows/index.ts'), root = ROOT, logger } = options;
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [INTERCEPTORS],
    failureConverterPath: FAILURE_CONVERTER_PATH,
    webpackConfigHook: (config) => ({ ...config, context: root }), // else module names depend on the working directory
    ...(logger === undefined ? {} : { logger }),
  });
  return { code, buildId: buildIdOf(code, root) };
}

/** Source maps and absolute paths say where the code was built, not what it does. */
function buildIdOf(code: string, root: string): string {
  const essence = code.replace(/\/\/# sourceMappingURL=data:.*$/gm, '').replaceAll(root, '');
  return createHash('sha256').update(essence).digest('hex').slice(0, 16);
}
