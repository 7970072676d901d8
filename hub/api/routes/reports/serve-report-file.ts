import type { RequestHandler } from 'express';
import { z } from 'zod';
import { formatReportFile } from '../../../../recorder-core/ledger/report-note.ts';
import { parseCanonical } from '../../../../recorder-core/ledger/canonical-json.ts';
import { actedBy } from '../../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readReportFile } from '../../../../recorder-core/records/report-files.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import { id } from '../../schemas/primitives.ts';
import type { Services } from '../../services.ts';
import { requireReport } from './reports.ts';

const params = z.object({ id, kind: z.enum(['report.json', 'report.pdf']) });

/**
 * GET /reports/:id/report.json and /reports/:id/report.pdf: the sealed files, the JSON with its signature, for
 * `holdfast report verify`. Each time is a leaf.
 */
export function serveReportFile(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const identity = await requireIdentity(request, services, now);
    const asked = params.safeParse(request.params);
    const object = asked.success ? { type: 'report', id: asked.data.id } : undefined;
    const { policies } = await requireAct(identity, 'report.read', services, now, object);
    if (!asked.success) throw invalidInput('params', asked.error);
    const { tenantId, user } = identity;
    const report = await services.db.forTenant(tenantId, (tx) => requireReport(tx, asked.data.id));
    const kind = asked.data.kind === 'report.pdf' ? 'pdf' : 'json';
    const bytes = await readReportFile(services, tenantId, report, kind);
    await services.db.forTenant(tenantId, (tx) =>
      appendLeaf(
        tx,
        tenantId,
        {
          at: now,
          act: 'report.read',
          object: { type: 'report', id: report.id },
          outcome: 'allowed',
          rules: policies,
          facts: { kind },
        },
        actedBy(user),
      ),
    );
    response.set({
      'Content-Type': kind === 'pdf' ? 'application/pdf' : 'application/json',
      'Content-Disposition': `attachment; filename="holdfast-report-${report.period.name}.${kind}"`,
    });
    response.end(kind === 'pdf' ? bytes : formatReportFile(parseCanonical(bytes), report.files?.note ?? ''));
  };
}
