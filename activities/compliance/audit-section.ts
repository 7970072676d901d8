import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ReportSection } from '../../recorder-core/policy/report-periods.ts';
import {
  beginReport,
  lockSection,
  noteSection,
  readReport,
  type ComplianceReport,
  type SectionRow,
} from '../../recorder-core/records/compliance-reports.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  healFindings,
  healUnseen,
  listFindings,
  raiseFindings,
} from '../../recorder-core/records/findings.ts';
import type { ComplianceActivities } from '../compliance-contract.ts';
import type { ComplianceDependencies } from './compliance-dependencies.ts';
import type { Audit, AuditSection, SectionStep } from './section.ts';
import { access } from './sections/access.ts';
import { calls } from './sections/calls.ts';
import { incidents, requests } from './sections/clocks.ts';
import { configuration } from './sections/configuration.ts';
import { consent } from './sections/consent.ts';
import { disposals } from './sections/disposals.ts';
import { holds } from './sections/holds.ts';
import { keys } from './sections/keys.ts';
import { ledger } from './sections/ledger.ts';
import { media } from './sections/media.ts';
import { retention } from './sections/retention.ts';

const SECTIONS: Readonly<Record<ReportSection, AuditSection>> = {
  consent,
  media,
  calls,
  holds,
  retention,
  disposals,
  requests,
  incidents,
  access,
  keys,
  ledger,
  configuration,
};

/**
 * See `ComplianceActivities.auditSection`. A step reads what it needs by itself; what it found, its counts and the cursor are
 * then kept in one transaction, so that a killed worker does that step again and counts nothing twice.
 */
export function auditSection(deps: ComplianceDependencies): ComplianceActivities['auditSection'] {
  return async ({ tenantId, reportId, section: name }) => {
    const section = SECTIONS[name];
    const report = await begin(deps, tenantId, reportId);
    for (;;) {
      const now = deps.now();
      const row = await deps.db.forTenant(tenantId, (tx) => lockSection(tx, tenantId, reportId, name, now));
      if (row.state !== 'running') return { state: row.state };
      const { packs, db, objects, uses } = deps;
      const { ledgerKeys } = deps.compliance;
      const { period, seed } = report;
      const access_ = { db, objects, uses, keys: deps.keys, packs, ledgerKeys };
      const audit: Audit = { ...access_, tenantId, reportId, period, seed, now };
      const step = await section.step(audit, row.cursor);
      await deps.db.forTenant(tenantId, (tx) => keep(tx, deps, audit, { row, section, step }));
    }
  };
}

/** See `ComplianceActivities.skipSection`. */
export function skipSection(deps: ComplianceDependencies): ComplianceActivities['skipSection'] {
  return async ({ tenantId, reportId, section, why }) => {
    const now = deps.now();
    await deps.db.forTenant(tenantId, async (tx) => {
      const row = await lockSection(tx, tenantId, reportId, section, now);
      if (row.state !== 'running') return;
      const notChecked = [...row.notChecked, why];
      await noteSection(tx, reportId, { ...row, notChecked, state: 'not-checked' }, now);
    });
  };
}

async function begin(
  { db, now }: ComplianceDependencies,
  tenantId: string,
  reportId: string,
): Promise<ComplianceReport> {
  return db.forTenant(tenantId, async (tx) => {
    await beginReport(tx, reportId, now());
    const report = await readReport(tx, reportId);
    if (report !== undefined) return report;
    throw new HoldfastError('not_found', 'The report is not in the database.');
  });
}

interface Stepped {
  readonly row: SectionRow;
  readonly section: AuditSection;
  readonly step: SectionStep;
}

async function keep(
  tx: Tx,
  { newId }: Pick<ComplianceDependencies, 'newId'>,
  { tenantId, reportId, now }: Audit,
  { row, section, step }: Stepped,
): Promise<void> {
  const before = await lockSection(tx, tenantId, reportId, row.name, now);
  // Another attempt was quicker: what it kept stands, and this step is done again from there.
  if (before.state !== 'running' || JSON.stringify(before.cursor) !== JSON.stringify(row.cursor)) return;
  const context = { tenantId, now, newId };
  const found = (step.findings ?? []).map((one) => ({ ...one, section: row.name }));
  await raiseFindings(tx, context, found);
  if (step.inOrder !== undefined && step.inOrder.length > 0)
    await healFindings(tx, context, {
      section: row.name,
      kinds: null,
      subjectIds: step.inOrder,
      stillFound: found.map(({ key }) => key),
    });
  const over = step.cursor === null;
  if (over && section.looksAtAll) await healUnseen(tx, context, row.name, row.begunAt);
  const notChecked = [...new Set([...row.notChecked, ...(step.notChecked ?? [])])];
  const open = over ? await listFindings(tx, { state: 'open', section: row.name }) : [];
  await noteSection(
    tx,
    reportId,
    {
      name: row.name,
      state: !over
        ? 'running'
        : open.length > 0
          ? 'findings'
          : notChecked.length > 0
            ? 'not-checked'
            : 'passed',
      cursor: step.cursor,
      counts: added(row.counts, step.counts ?? {}),
      statements: [...new Set([...row.statements, ...(step.statements ?? [])])],
      notChecked,
    },
    over ? now : null,
  );
}

function added(
  before: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum: Record<string, number> = { ...before };
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
