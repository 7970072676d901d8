import { z } from 'zod';
import { listImports, listSources } from '../../../../recorder-core/records/call-record-imports.ts';
import { listCallRecords, tallyCallRecords } from '../../../../recorder-core/records/call-records.ts';
import { listReconciliations } from '../../../../recorder-core/records/reconciliations.ts';
import { setSource } from '../../../call-records/set-source.ts';
import { seenRecordings } from '../../seen-recordings.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { callRecord, callsOverview } from '../../schemas/report.ts';

const PAGE = 200;
const SHOWN = 20;
const OVERVIEW_DAYS = 90;
const DAY_MS = 86_400_000;

/** The comparison of calls with recordings. */
export const callRecords = [
  defineEndpoint({
    method: 'get',
    path: '/call-records',
    summary: 'Lists calls of one outcome, newest first, at most 200.',
    act: 'report.read',
    query: z.strictObject({ outcome: callRecord.shape.outcome.default('missing') }),
    response: z.object({ items: z.array(callRecord) }),
    async handle({ query, tx, identity, now }) {
      const items = await listCallRecords(tx, { outcome: query.outcome, limit: PAGE });
      const ids = items.flatMap(({ recordingId }) => recordingId ?? []);
      const seen = new Set((await seenRecordings(tx, identity, now, ids))(ids).recordingIds);
      return {
        items: items.map((item) =>
          item.recordingId === null || seen.has(item.recordingId) ? item : { ...item, recordingId: null },
        ),
      };
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/call-records/overview',
    summary: 'How the comparison of calls with recordings stands, over the last 90 days.',
    act: 'report.read',
    response: callsOverview,
    async handle({ tx, now }) {
      const from = new Date(now.getTime() - OVERVIEW_DAYS * DAY_MS).toISOString();
      return {
        sources: (await listSources(tx)).map(({ name, changedAt }) => ({ name, changedAt })),
        imports: (await listImports(tx))
          .slice(0, SHOWN)
          .map((one) => ({ ...one, refusals: [...one.refusals] })),
        reconciliations: await listReconciliations(tx, SHOWN),
        tally: await tallyCallRecords(tx, from, now.toISOString()),
      };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/call-records/sources/:name',
    summary: 'Sets how the export of a telephone system is read.',
    act: 'report.make',
    params: z.object({ name: z.string().max(63) }),
    body: z.record(z.string(), z.unknown()),
    response: z.object({ name: z.string() }),
    async handle({ params: { name }, body, tx, identity, now }) {
      await setSource(tx, { tenantId: identity.tenantId, person: identity.user, now }, name, body);
      return { name };
    },
  }),
];
