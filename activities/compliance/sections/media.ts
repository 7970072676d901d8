import { planSample } from '../../../recorder-core/policy/report-periods.ts';
import {
  addHeldByQuery,
  countForSample,
  drawSample,
  nextOfSample,
  noteSampled,
} from '../../../recorder-core/records/compliance-sample.ts';
import { readRecording } from '../../../recorder-core/records/recordings.ts';
import { verifyRecording } from '../../../recorder-core/records/verify-tenant.ts';
import { afterId, onRecording, type AuditSection } from '../section.ts';

const PAGE = 5;

/** A random sample and all that is held, decrypted whole and compared with what was captured and what the ledger says. */
export const media: AuditSection = {
  looksAtAll: false,
  async step(audit, cursor) {
    const { db, tenantId, reportId, seed, now } = audit;
    if (cursor === null) {
      const plan = await db.forTenant(tenantId, async (tx) => {
        const { population, held } = await countForSample(tx);
        const planned = planSample(population);
        await drawSample(tx, tenantId, reportId, seed, planned.size);
        return { ...planned, held };
      });
      const { size, population, confidence, rate, held } = plan;
      return {
        cursor: 'held/',
        counts: {
          'drawn at random': size,
          'of stored recordings': population,
          'held by item, all looked into': held,
        },
        statements: [
          `${size} of ${population} stored recordings were drawn by the seed ${seed}: if ${rate * 100} % of all were damaged, one of them would be among these with a confidence of ${confidence * 100} %.`,
        ],
      };
    }
    if (typeof cursor === 'string' && cursor.startsWith('held/')) {
      const after = cursor.slice('held/'.length);
      const next = await db.forTenant(tenantId, (tx) =>
        addHeldByQuery(tx, tenantId, reportId, afterId(after === '' ? null : after)),
      );
      return { cursor: next === null ? 'drawn' : `held/${next}` };
    }
    const ids = await db.forTenant(tenantId, (tx) => nextOfSample(tx, reportId, PAGE));
    const findings = [];
    const inOrder: string[] = [];
    for (const id of ids) {
      const recording = await db.forTenant(tenantId, (tx) => readRecording(tx, id));
      const { ok, statement } =
        recording === undefined
          ? { ok: false, statement: 'Its row is gone.' }
          : await verifyRecording(audit, tenantId, audit.ledgerKeys, now, recording);
      if (ok) inOrder.push(id);
      else findings.push(onRecording(id, 'part-differs', 'critical', statement));
    }
    await db.forTenant(tenantId, (tx) => noteSampled(tx, reportId, ids, now));
    return { cursor: ids.length < PAGE ? null : 'drawn', counts: { checked: ids.length }, findings, inOrder };
  },
};
