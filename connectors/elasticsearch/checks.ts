/** The named tests of a connection to Elasticsearch. */
import { clockResult, failedCheck, isCredentialRefusal, skewMs } from '../kit/check-results.ts';
import type { CheckDefinition, CheckResult } from '../kit/connector.ts';
import type { ConnectorContext } from '../kit/context.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import { elasticsearchClient } from './client.ts';
import type { ElasticsearchConfig } from './config.ts';
import { MAPPING_VERSION, RECORDING_MAPPING, recordingAlias, recordingIndex } from './recording-index.ts';

type Check = CheckDefinition<ElasticsearchConfig>;
type Ctx = ConnectorContext<ElasticsearchConfig>;

const reachable: Check = {
  spec: { id: 'reachable', title: 'Elasticsearch answers', severity: 'required' },
  async run(ctx) {
    try {
      const { version } = await elasticsearchClient(ctx).info();
      return supported(version.number)
        ? { status: 'ok', detail: `Elasticsearch ${version.number} answers.` }
        : {
            status: 'warn',
            detail: `Elasticsearch ${version.number} answers; this connector is proven with version 8.`,
            fix: 'Use Elasticsearch 8.',
          };
    } catch (error) {
      if (!isCredentialRefusal(error)) throw error;
      return { status: 'ok', detail: 'Elasticsearch answers.' };
    }
  },
};

function supported(version: string): boolean {
  return version.startsWith('8.');
}

const authenticated: Check = {
  spec: { id: 'authenticated', title: 'The credential is accepted', severity: 'required' },
  async run(ctx) {
    await elasticsearchClient(ctx).security.authenticate();
    return { status: 'ok', detail: 'The credential is accepted.' };
  },
};

const NEEDED = ['manage', 'index', 'delete', 'read'] as const;

const privileges: Check = {
  spec: { id: 'privileges', title: 'The credential may write recordings', severity: 'required' },
  async run(ctx) {
    const names = [recordingAlias(ctx), recordingIndex(ctx)];
    const answer = await elasticsearchClient(ctx).security.hasPrivileges({
      index: [{ names, privileges: [...NEEDED] }],
    });
    const missing = NEEDED.filter((need) => names.some((name) => answer.index[name]?.[need] !== true));
    if (missing.length === 0) return { status: 'ok', detail: 'All permissions are there.' };
    const title = `The credential lacks ${missing.join(', ')} on ${ctx.config.indexPrefix}-*.`;
    const fix = `Grant ${NEEDED.join(', ')} on the indices ${ctx.config.indexPrefix}-*.`;
    return failedCheck('permission', title, fix);
  },
};

const mapping: Check = {
  spec: { id: 'index-mapping', title: 'The index fits', severity: 'required' },
  async run(ctx) {
    const found = await readMappings(ctx);
    if (found === undefined) return { status: 'ok', detail: 'The index will be made at the first delivery.' };
    const unfit = found.some(({ dynamic, properties }) => dynamic !== 'strict' || !sameFields(properties));
    if (!unfit) return { status: 'ok', detail: 'The index has the expected mapping.' };
    const title = `The index behind ${recordingAlias(ctx)} does not have mapping ${MAPPING_VERSION} of this connector.`;
    const fix =
      'Remove the index or point the alias to another one; Holdfast fills it again from its own records.';
    return failedCheck('config', title, fix);
  },
};

interface FoundMapping {
  readonly dynamic?: unknown;
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}

async function readMappings(ctx: Ctx): Promise<FoundMapping[] | undefined> {
  try {
    const answer = await elasticsearchClient(ctx).indices.getMapping({ index: recordingAlias(ctx) });
    return Object.values(answer).map(({ mappings }) => mappings as FoundMapping);
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.status === 404) return undefined;
    throw error;
  }
}

function sameFields(found: FoundMapping['properties'] = {}): boolean {
  return Object.entries(RECORDING_MAPPING.properties).every(([name, { type }]) => found[name]?.type === type);
}

const clock: Check = {
  spec: { id: 'clock', title: 'The clocks agree', severity: 'advised' },
  async run(ctx): Promise<CheckResult> {
    const before = ctx.now();
    try {
      const { nodes } = await elasticsearchClient(ctx).nodes.stats({ metric: 'os' });
      const times = Object.values(nodes).flatMap(({ timestamp }) =>
        timestamp === undefined ? [] : [timestamp],
      );
      const worst = Math.max(0, ...times.map((time) => skewMs(before, time, ctx.now())));
      return clockResult(worst, { mostMs: 60_000, fix: 'Let both sides take their time from NTP.' });
    } catch (error) {
      if (!isRemoteFailure(error) || error.remoteError.class !== 'permission') throw error;
      const detail = 'The clock of Elasticsearch cannot be read with this credential.';
      return { status: 'warn', detail, fix: 'Grant the cluster permission "monitor" to let it be compared.' };
    }
  },
};

/** In the order in which a person should read them. */
export const elasticsearchChecks: readonly Check[] = [reachable, authenticated, privileges, mapping, clock];
