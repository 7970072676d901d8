import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { sealReport } from '../../../../activities/compliance/seal-report.ts';
import { verifyReportFile } from '../../../../recorder-core/ledger/report-note.ts';
import { raiseFindings } from '../../../../recorder-core/records/findings.ts';
import { readSigningKeys } from '../../../../recorder-core/records/signing-keys.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import {
  callRecordImport,
  callsOverview,
  finding,
  findingList,
  reportDetail,
  reportSummary,
} from '../../schemas/report.ts';

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let auditor: TestPerson;
const wish = { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  auditor = await hub.signIn('auditor');
}, 60_000);
afterAll(async () => {
  await hub.close();
  await database.close();
});

async function askAndSeal(): Promise<string> {
  const asked = await officer.read(reportSummary, '/api/v1/reports', { method: 'POST', body: wish });
  const { db, keys, objects, uses, packs, newId, ledgerKeys, callSecret } = hub.services;
  const compliance = { callSecret, ledgerKeys, software: 'test' };
  const deps = {
    db,
    keys,
    objects,
    uses,
    packs,
    newId,
    now: () => new Date(),
    dispatcher: null as never,
    compliance,
  };
  await sealReport(deps)({ tenantId: database.tenantId, reportId: asked.id });
  return asked.id;
}

describe('reports', () => {
  test('are asked for by officers only, of a time that is over', async () => {
    await readProblem(await auditor.fetch('/api/v1/reports', { method: 'POST', body: wish }), 403);
    const future = { from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' };
    await readProblem(await officer.fetch('/api/v1/reports', { method: 'POST', body: future }), 400);
  });

  test('show how far they have come, then what was sealed, and give both files to whoever may read', async () => {
    const { id } = await officer.read(reportSummary, '/api/v1/reports', { method: 'POST', body: wish });
    const waiting = await auditor.read(reportDetail, `/api/v1/reports/${id}`);
    expect(waiting.sections.every(({ state }) => state === 'waiting')).toBe(true);
    await readProblem(await auditor.fetch(`/api/v1/reports/${id}/report.pdf`), 409);
    const sealed = await askAndSeal();
    const detail = await auditor.read(reportDetail, `/api/v1/reports/${sealed}`);
    expect(
      detail.sections.every(({ state, notChecked }) => state === 'not-checked' && notChecked.length === 1),
    ).toBe(true);
    const json = Buffer.from(
      await (await auditor.fetch(`/api/v1/reports/${sealed}/report.json`)).arrayBuffer(),
    );
    const pdf = Buffer.from(
      await (await auditor.fetch(`/api/v1/reports/${sealed}/report.pdf`)).arrayBuffer(),
    );
    const keys = await database.db.forTenant(database.tenantId, (tx) =>
      readSigningKeys(tx, database.tenantId, hub.services.ledgerKeys),
    );
    const trust = {
      format: 'holdfast-trust/1' as const,
      logs: [
        {
          origin: `holdfast/tenant/${database.tenantId}`,
          keys: keys.map(({ verifierKey, from }) => ({
            key: verifierKey,
            from: from.toISOString(),
            until: null,
          })),
        },
      ],
      witnesses: { quorum: 0, keys: [] },
      timestamps: { required: false, authorities: [] },
    };
    expect(verifyReportFile(json, trust, pdf).report['id']).toBe(sealed);
    const leaves = await database.asOwner(
      "select count(*)::int as n from ledger_pending where act = 'report.read'",
    );
    const placed = await database.asOwner(
      "select count(*)::int as n from ledger_leaf where act = 'report.read'",
    );
    expect(Number(leaves[0]?.['n']) + Number(placed[0]?.['n'])).toBeGreaterThanOrEqual(2);
  });

  test('of another tenant are not there', async () => {
    const stranger = await hub.signIn('compliance_officer', await database.addTenant());
    await readProblem(await stranger.fetch(`/api/v1/reports/${await askAndSeal()}`), 404);
  });
});

test('a finding is given to a person, settled with a reason once, and stays settled when it is met again', async () => {
  const { tenantId } = database;
  const context = { tenantId, now: new Date(), newId: hub.services.newId };
  const one = {
    key: 'overdue/1',
    section: 'retention',
    kind: 'overdue',
    severity: 'major' as const,
    subject: { type: 'recording', id: randomUUID() },
    statement: 'Late.',
  };
  await database.db.forTenant(tenantId, (tx) => raiseFindings(tx, context, [one]));
  const { items } = await officer.read(findingList, '/api/v1/findings?state=open');
  const path = `/api/v1/findings/${items[0]!.id}`;
  await readProblem(
    await auditor.fetch(`${path}/settle`, { method: 'POST', body: { reason: 'not mine' } }),
    403,
  );
  const given = await officer.read(finding, `${path}/assign`, {
    method: 'POST',
    body: { ownerId: officer.userId },
  });
  expect(given.owner).toBe(officer.name);
  const settled = await officer.read(finding, `${path}/settle`, {
    method: 'POST',
    body: { reason: 'A hold was forgotten.' },
  });
  expect(settled).toMatchObject({ state: 'settled', endReason: 'A hold was forgotten.' });
  await readProblem(
    await officer.fetch(`${path}/settle`, { method: 'POST', body: { reason: 'again' } }),
    409,
  );
  await database.db.forTenant(tenantId, (tx) => raiseFindings(tx, context, [one]));
  expect((await officer.read(findingList, '/api/v1/findings?state=open')).items).toEqual([]);
});

test('call records come by upload, as a stream, and are counted', async () => {
  const mapping = {
    format: 'holdfast-call-records/1',
    columns: { startedAt: 'start', duration: 's' },
    times: { format: 'iso' },
  };
  await officer.read(z.object({ name: z.string() }), '/api/v1/call-records/sources/pbx', {
    method: 'POST',
    body: mapping,
  });
  await readProblem(
    await officer.fetch('/api/v1/call-records/sources/pbx', { method: 'POST', body: { format: 'x' } }),
    400,
  );
  const body = 'start,s\n2026-03-01T10:00:00Z,5\nnonsense,5\n';
  const upload = { method: 'POST', body, headers: { 'Content-Type': 'text/csv' } };
  const done = await officer.read(callRecordImport, '/api/v1/call-records/sources/pbx/import', upload);
  expect(done).toMatchObject({ added: 1, refused: 1, refusals: [{ line: 3 }] });
  const overview = await auditor.read(callsOverview, '/api/v1/call-records/overview');
  expect(overview).toMatchObject({
    sources: [{ name: 'pbx' }],
    imports: [{ state: 'done' }],
    reconciliations: [{ cause: 'import' }],
  });
});
