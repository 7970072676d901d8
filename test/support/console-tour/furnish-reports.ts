import { join } from 'node:path';
import { inDays, type TourTenant } from './tour-tenant.ts';
import type { ReportDetail } from '../../../hub/api/schemas/report.ts';
import { eventually } from './tour-tenant.ts';

const RECORDS = join(import.meta.dirname, '../../../examples/call-records');

/** A sealed audit report, and call records of a telephone system with a call that nobody recorded. */
export async function furnishReports({
  product,
  people: { officer },
}: TourTenant): Promise<{ report: string }> {
  for (const words of [
    ['source', 'pbx-harbour', join(RECORDS, 'asterisk.yaml')],
    ['import', join(RECORDS, 'asterisk.csv'), '--source', 'pbx-harbour'],
  ]) {
    const { code, output } = await product.command('call-records', ...words);
    if (code !== 0) throw new Error(`call-records ${words[0]}: ${output}`);
  }
  const asked = await officer.post('/reports', { from: inDays(-30), to: new Date().toISOString() });
  await eventually(async () => {
    const { state } = await officer.get<ReportDetail>(`/reports/${asked.id}`);
    return state === 'sealed' ? state : undefined;
  }, 'the report to be sealed');
  return { report: asked.id };
}
