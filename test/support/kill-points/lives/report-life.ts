import { randomUUID } from 'node:crypto';
import { askReconciliation } from '../../../../recorder-core/records/reconciliations.ts';
import { askReport } from '../../../../recorder-core/records/ask-report.ts';
import { complianceAuditId } from '../../../../workflows/ids.ts';
import type { Workplace } from '../workplace.ts';

const DAY_MS = 86_400_000;

/** A comparison of calls and a compliance report that somebody asks for. Answers what is left of both. */
export async function reportLife(place: Workplace): Promise<unknown> {
  const { database, inTenant, tenantId } = place;
  const { now, newId, person } = place.asking();
  const from = new Date(now.getTime() - 90 * DAY_MS);
  const reconciliationId = newId(now);
  await inTenant((tx) =>
    askReconciliation(tx, {
      tenantId,
      id: reconciliationId,
      messageId: newId(now),
      from,
      to: now,
      cause: 'asked',
      now,
      trace: {},
    }),
  );
  await database.waitFor('select 1 from reconciliation where id = $1 and ended_at is not null', [
    reconciliationId,
  ]);
  const id = randomUUID();
  const period = { name: `asked-${id}`, from: from.toISOString(), to: now.toISOString() };
  const messageId = newId(now);
  await inTenant((tx) =>
    askReport(tx, { tenantId, id, messageId, period, cause: 'asked', person, now, trace: {} }),
  );
  await database.waitFor("select 1 from compliance_report where id = $1 and state = 'sealed'", [id]);
  await place.client.workflow.getHandle(complianceAuditId({ tenantId, period: period.name })).result();
  return {
    report: await database.asOwner(
      'select state, json_wrapped is not null as json, pdf_wrapped is not null as pdf from compliance_report where id = $1',
      [id],
    ),
    sections: await database.asOwner(
      'select name, ended_at is not null as over from compliance_section where report_id = $1 order by 1',
      [id],
    ),
    acts: await place.acts(id),
  };
}
