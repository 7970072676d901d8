import { z } from 'zod';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import {
  listApplications,
  listConfiguredObjects,
} from '../../../../recorder-core/records/configuration-files.ts';
import { applyConfiguration, requireSamePlan } from '../../../config-as-code/apply-configuration.ts';
import { configurationFile } from '../../../config-as-code/configuration-file.ts';
import { FileFaults } from '../../../config-as-code/file-faults.ts';
import { givenSecrets, namedSecrets } from '../../../config-as-code/given-secrets.ts';
import { planDigest, type ConfigurationPlan } from '../../../config-as-code/plan-configuration.ts';
import { exportFile, planFile, type Tenancy } from '../../../config-as-code/plan-file.ts';
import { readConfigurationFile, type ReadFile } from '../../../config-as-code/read-file.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint, type EndpointCall } from '../../endpoint.ts';
import {
  appliedFile,
  configurationApplied,
  configurationExport,
  configurationPlan,
  configuredObject,
  fileToApply,
  fileToPlan,
  type ConfigurationPlanView,
} from '../../schemas/configuration-file.ts';

type Calling = Pick<EndpointCall<undefined, undefined, undefined>, 'identity' | 'services' | 'now'>;
/** What a file is called that came without a name. */
const SENT = 'file';

const applied = defineEndpoint({
  method: 'get',
  path: '/configuration-files',
  summary: 'Lists which configuration files were applied, newest first, and what they speak for.',
  act: 'connection.read',
  response: z.object({ items: z.array(appliedFile), objects: z.array(configuredObject) }),
  async handle({ tx }) {
    const objects = await listConfiguredObjects(tx);
    return {
      items: (await listApplications(tx)).map((one) => ({
        ...one,
        appliedAt: one.appliedAt.toISOString(),
      })),
      objects: objects.map(({ kind, objectId, source }) => ({ kind, id: objectId, source })),
    };
  },
});

const plan = defineEndpoint({
  method: 'post',
  path: '/configuration-files/plan',
  summary: 'What applying a configuration file would change, or every fault of it. Changes nothing.',
  act: 'connection.manage',
  body: fileToPlan,
  response: configurationPlan,
  secret: true,
  async handle({ tx, body, ...calling }): Promise<ConfigurationPlanView> {
    let file: ReadFile | undefined;
    try {
      file = readConfigurationFile(SENT, body.text);
      const { plan: made } = await planOf(tx, calling, file, body);
      return { plan: presentPlan(made), faults: [], secrets: namedSecrets(file.content) };
    } catch (error) {
      if (!(error instanceof FileFaults)) throw error;
      const faults = error.faults.map(({ path, ...where }) => ({ ...where, field: path }));
      return { plan: null, faults, secrets: file === undefined ? [] : namedSecrets(file.content) };
    }
  },
});

const apply = defineEndpoint({
  method: 'post',
  path: '/configuration-files',
  summary:
    'Makes everything as a configuration file says, all of it or nothing; only the plan that was shown.',
  act: 'connection.manage',
  body: fileToApply,
  response: configurationApplied,
  secret: true,
  async handle({ tx, body, ...calling }) {
    const planned = await planOf(tx, calling, readConfigurationFile(SENT, body.text), body);
    requireSamePlan(body.plan, planned.plan);
    const { keys, reshape } = calling.services;
    const { why, remains } = body;
    const { applicationId, shown } = await applyConfiguration(
      { tx, asking: askingOf(calling), keys, reshape, why, remains },
      planned,
    );
    return { applicationId, shown: shown.map(([what, secret]) => ({ what, secret })) };
  },
});

const exported = defineEndpoint({
  method: 'get',
  path: '/configuration-files/export',
  summary: 'All that a configuration file can speak for, as a file, with references in the place of secrets.',
  act: 'connection.manage',
  query: z.strictObject({ name: configurationFile.shape.name.describe('What the file speaks for.') }),
  response: configurationExport,
  async handle({ tx, query: { name }, ...calling }) {
    const text = await exportFile(tx, tenancyOf(calling), name);
    return { fileName: `${name}.yaml`, text };
  },
});

/** Configuration files: which were applied, what one would change, its application, and what there is as a file. */
export const configurationFiles: readonly Endpoint[] = [applied, plan, apply, exported];

function planOf(tx: Tx, calling: Calling, file: ReadFile, { secrets, prune }: z.output<typeof fileToPlan>) {
  return planFile(tx, tenancyOf(calling), file, { secrets: givenSecrets(secrets), prune });
}

function tenancyOf(calling: Calling): Tenancy {
  const { keys, reshape } = calling.services;
  return { asking: askingOf(calling), keys, reshape };
}

function presentPlan(made: ConfigurationPlan): ConfigurationPlanView['plan'] {
  const { source, digest, objects, unmanaged } = made;
  return {
    id: planDigest(made),
    source,
    digest,
    objects: objects.map(({ changes, drift, ...one }) => ({
      ...one,
      changes: changes.map((change) => ({ ...change })),
      drift: drift.map((change) => ({ ...change })),
    })),
    unmanaged: unmanaged.map((one) => ({ ...one })),
  };
}
