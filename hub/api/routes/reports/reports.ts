import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { ReportDocument } from '../../../../recorder-core/records/report-document.ts';
import { askReport } from '../../../../recorder-core/records/ask-report.ts';
import {
  listReports as queryReports,
  listSections,
  readReport as queryReport,
  type ComplianceReport,
} from '../../../../recorder-core/records/compliance-reports.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readReportFile } from '../../../../recorder-core/records/report-files.ts';
import { carryTrace } from '../../../observability/tracing.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import { reportDetail, reportSummary, reportWish } from '../../schemas/report.ts';
import { presentProgress, presentReport, presentSealed } from './present-report.ts';

/** The report of an id. @throws HoldfastError `not_found`. */
export async function requireReport(tx: Tx, reportId: string): Promise<ComplianceReport> {
  const found = await queryReport(tx, reportId);
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no report with this id in your tenant.');
}

export const reports = [
  defineEndpoint({
    method: 'get',
    path: '/reports',
    summary: 'Lists compliance reports, newest first, at most 200.',
    act: 'report.read',
    response: z.object({ items: z.array(reportSummary) }),
    async handle({ tx }) {
      return { items: (await queryReports(tx)).map(presentReport) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/reports',
    summary: 'Asks for a report of any time that is over; it is made from then on.',
    act: 'report.make',
    body: reportWish,
    response: reportSummary,
    status: 202,
    async handle({ body, tx, identity, services, now }) {
      const reportId = services.newId(now);
      await askReport(tx, {
        tenantId: identity.tenantId,
        id: reportId,
        messageId: services.newId(now),
        period: {
          name: `asked-${reportId}`,
          from: new Date(body.from).toISOString(),
          to: new Date(body.to).toISOString(),
        },
        cause: 'asked',
        person: identity.user,
        now,
        trace: carryTrace(),
      });
      return presentReport(await requireReport(tx, reportId));
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/reports/:id',
    summary: 'A report with its sections: as it was sealed, or as far as it has come.',
    act: 'report.read',
    params: z.object({ id }),
    accesses: ({ id: reportId }) => ({ type: 'report', id: reportId }),
    response: reportDetail,
    async handle({ params, tx, identity, services }) {
      const report = await requireReport(tx, params.id);
      if (report.files === null) return presentProgress(report, await listSections(tx, report.id));
      return async () => {
        const json = await readReportFile(services, identity.tenantId, report, 'json');
        return presentSealed(report, JSON.parse(json.toString('utf8')) as ReportDocument);
      };
    },
  }),
];
