/** The named tests of a connection to a search engine. */
import { clockResult, failedBy, failedCheck, isCredentialRefusal, skewMs } from '../kit/check-results.ts';
import type { CheckDefinition, CheckResult } from '../kit/connector.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import type { ElasticsearchConfig } from './config.ts';
import { NEEDED } from './engine.ts';
import { engineOf } from './engine-of.ts';
import { compareFields, conflictError } from './prepare-index.ts';
import { recordingAlias, recordingIndex, recordingMapping } from './recording-index.ts';

type Check = CheckDefinition<ElasticsearchConfig>;

const reachable: Check = {
  spec: { id: 'reachable', title: 'The search engine answers', severity: 'required' },
  async run(ctx) {
    const engine = engineOf(ctx);
    const { product, proven } = engine;
    try {
      const version = await engine.version();
      return version.startsWith(`${proven}.`)
        ? { status: 'ok', detail: `The engine answers: ${product} ${version}.` }
        : {
            status: 'warn',
            detail: `The engine answers: ${product} ${version}; this connector is proven with version ${proven}.`,
            fix: `Run ${product} ${proven} there.`,
          };
    } catch (error) {
      if (!isCredentialRefusal(error)) throw error;
      return { status: 'ok', detail: `The engine answers: ${product}.` };
    }
  },
};

const authenticated: Check = {
  spec: { id: 'authenticated', title: 'The credential is accepted', severity: 'required' },
  async run(ctx) {
    const engine = engineOf(ctx);
    if (await engine.authenticate()) return { status: 'ok', detail: 'The credential is accepted.' };
    return {
      status: 'warn',
      detail: `This ${engine.product} asks nobody for a credential: whoever reaches it can read everything.`,
      fix: 'Install its security plugin, or let nobody else reach it.',
    };
  },
};

const privileges: Check = {
  spec: { id: 'privileges', title: 'The credential may write recordings', severity: 'required' },
  async run(ctx) {
    const engine = engineOf(ctx);
    const missing = await engine.missingPrivileges([recordingAlias(ctx), recordingIndex(ctx)]);
    if (missing === undefined)
      return {
        status: 'warn',
        detail: `This ${engine.product} cannot say what the credential may do; the first delivery will show it.`,
        fix: `Make sure of ${NEEDED.join(', ')} on the indices ${ctx.config.indexPrefix}-*.`,
      };
    if (missing.length === 0) return { status: 'ok', detail: 'All permissions are there.' };
    const title = `The credential lacks ${missing.join(', ')} on ${ctx.config.indexPrefix}-*.`;
    const fix = `Grant ${NEEDED.join(', ')} on the indices ${ctx.config.indexPrefix}-*.`;
    return failedCheck('permission', title, fix);
  },
};

const mapping: Check = {
  spec: { id: 'index-mapping', title: 'The index fits', severity: 'required' },
  async run(ctx) {
    const found = await engineOf(ctx).mappings(recordingAlias(ctx));
    if (found === undefined) return { status: 'ok', detail: 'The index will be made at the first delivery.' };
    let missing = 0;
    for (const [index, { dynamic, properties }] of Object.entries(found)) {
      const compared = compareFields(recordingMapping(ctx).properties, properties);
      if (compared.conflict !== undefined) return failedBy(conflictError(index, compared.conflict));
      if (dynamic !== 'strict') return failedCheck('config', guesses(index), REBUILD);
      missing += Object.keys(compared.missing).length;
    }
    if (missing === 0) return { status: 'ok', detail: 'The index has the expected mapping.' };
    return { status: 'ok', detail: 'The index fits; the next delivery adds the fields that it lacks.' };
  },
};

const REBUILD =
  'Rebuild the index, or point the alias to another one; Holdfast fills it again from its own records.';

function guesses(index: string): string {
  return `The index ${index} guesses the types of fields that it does not know; it has to refuse them (dynamic: strict).`;
}

const clock: Check = {
  spec: { id: 'clock', title: 'The clocks agree', severity: 'advised' },
  async run(ctx): Promise<CheckResult> {
    const before = ctx.now();
    try {
      const times = await engineOf(ctx).nodeTimes();
      const worst = Math.max(0, ...times.map((time) => skewMs(before, time, ctx.now())));
      return clockResult(worst, { mostMs: 60_000, fix: 'Let both sides take their time from NTP.' });
    } catch (error) {
      if (!isRemoteFailure(error) || error.remoteError.class !== 'permission') throw error;
      const detail = 'The clock of the search engine cannot be read with this credential.';
      return { status: 'warn', detail, fix: 'Grant the cluster permission "monitor" to let it be compared.' };
    }
  },
};

/** In the order in which a person should read them. */
export const elasticsearchChecks: readonly Check[] = [reachable, authenticated, privileges, mapping, clock];
