import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importCallRecords } from '../../hub/call-records/import-call-records.ts';
import { noteRefusedCall } from '../../hub/main/recorder/note-refused-call.ts';
import { setSource } from '../../hub/call-records/set-source.ts';
import type { ReportDocument } from '../../recorder-core/records/report-document.ts';
import { formatReportFile, verifyReportFile } from '../../recorder-core/ledger/report-note.ts';
import { REPORT_SECTIONS, type ReportSection } from '../../recorder-core/policy/report-periods.ts';
import { askReport } from '../../recorder-core/records/ask-report.ts';
import { listCallRecords } from '../../recorder-core/records/call-records.ts';
import { listReports, readReport } from '../../recorder-core/records/compliance-reports.ts';
import { listFindings } from '../../recorder-core/records/findings.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { askReconciliation, listReconciliations } from '../../recorder-core/records/reconciliations.ts';
import { readReportFile } from '../../recorder-core/records/report-files.ts';
import { readSigningKeys } from '../../recorder-core/records/signing-keys.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { disposeOf } from '../../test/support/dispose-of.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';
import { TEST_COMPLIANCE } from '../../test/support/test-evidence.ts';

const HOUR = 3_600_000;
let database: TestDatabase;
let bench: ActivityBench;
let tenantId: string;
let recorded: string;
let forgotten = 0;
const person = { id: newId(Date.now()), name: 'Olga Officer', role: 'compliance_officer' };

beforeAll(async () => {
  database = await openTestDatabase();
  ({ tenantId } = database);
  // What was captured a moment ago is old enough to be compared, and its quarter is over.
  bench = await openActivityBench(database, { now: () => new Date(Date.now() + forgotten) });
  recorded = await bench.retain({ names: ['Ana Agent', 'Carl Customer'] });
  await database.db.forTenant(tenantId, async (tx) => {
    await insertUser(tx, tenantId, person);
    await setSource(tx, { tenantId, person, now: new Date() }, 'pbx', {
      format: 'holdfast-call-records/1',
      columns: {
        callIds: [{ column: 'id', kind: 'sip-call-id' }],
        startedAt: 'start',
        duration: 'seconds',
        from: 'src',
        to: 'dst',
      },
      times: { format: 'iso' },
    });
  });
  forgotten = HOUR;
}, 120_000);
afterAll(async () => {
  await bench.close();
  await database.close();
});

const inTenant = <T>(work: Parameters<typeof database.db.forTenant<T>>[1]) =>
  database.db.forTenant(tenantId, work);
const openFindings = async (section?: string) =>
  (await inTenant((tx) => listFindings(tx, { state: 'open', section }))).map(
    ({ kind, subjectId }) => `${kind} ${subjectId}`,
  );

async function importRows(...rows: string[]): Promise<void> {
  const access = {
    db: database.db,
    callSecret: TEST_COMPLIANCE.callSecret,
    newId: bench.deps.newId,
    now: bench.deps.now,
  };
  const bytes = (async function* () {
    yield await Promise.resolve(Buffer.from(['id,start,seconds,src,dst', ...rows].join('\n')));
  })();
  await importCallRecords(access, { tenantId, source: 'pbx', origin: 'file', person }, bytes);
}

/** Runs what the outbox asks for, as the worker would. */
async function compareAll(): Promise<void> {
  for (const { id, endedAt } of await inTenant((tx) => listReconciliations(tx, 100)))
    if (endedAt === null) await bench.activities.lifecycle.reconcileCalls({ tenantId, reconciliationId: id });
}

async function makeReport(sections: readonly ReportSection[] = REPORT_SECTIONS): Promise<string> {
  const reportId = randomUUID();
  const now = bench.deps.now();
  const period = {
    name: `asked-${reportId}`,
    from: new Date(now.getTime() - 90 * 24 * HOUR).toISOString(),
    to: now.toISOString(),
  };
  await inTenant((tx) =>
    askReport(tx, {
      tenantId,
      id: reportId,
      messageId: randomUUID(),
      period,
      cause: 'asked',
      person,
      now,
      trace: {},
    }),
  );
  const ref = { tenantId, reportId };
  for (const section of sections)
    await asActivity(() => bench.activities.lifecycle.auditSection({ ...ref, section }));
  await asActivity(() => bench.activities.lifecycle.sealReport(ref));
  return reportId;
}

async function documentOf(
  reportId: string,
): Promise<{ document: ReportDocument; note: string; pdf: Buffer }> {
  const report = (await inTenant((tx) => readReport(tx, reportId)))!;
  const json = await readReportFile(bench.deps, tenantId, report, 'json');
  const pdf = await readReportFile(bench.deps, tenantId, report, 'pdf');
  return { document: JSON.parse(json.toString()) as ReportDocument, note: report.files!.note, pdf };
}

const stateOf = ({ sections }: ReportDocument, name: ReportSection) =>
  sections.find((one) => one.name === name)?.state;

describe('call records against recordings', () => {
  test('a call that is recorded is found; one that is not is missing, until a late recording or row explains it', async () => {
    const at = (await bench.read(recorded)).startedAt;
    await importRows(`other-id,${at},0.5,+49301234560,+49301234561`, `lost,${at},30,+4989111,+4989222`);
    await compareAll();
    const of = (outcome: 'recorded' | 'missing') =>
      inTenant((tx) => listCallRecords(tx, { outcome, limit: 10 }));
    expect(await of('recorded')).toMatchObject([{ recordingId: recorded, reason: 'both-parties' }]);
    const [missing] = await of('missing');
    expect(missing).toMatchObject({ source: 'pbx', recordingId: null });
    expect(await openFindings('calls')).toEqual([`call-missing ${missing!.id}`]);
    const incidents = await database.asOwner(
      "select kind, severity from incident where natural_key = 'finding/calls/call-missing'",
    );
    expect(incidents).toEqual([{ kind: 'reconciliation', severity: 'medium' }]);

    await importRows(`lost,${at},0,+4989111,+4989222`); // the telephone system corrects it: nobody answered
    await compareAll();
    expect(await of('missing')).toEqual([]);
    expect(await openFindings('calls')).toEqual([]);
  }, 60_000);

  test('a recording that was matched stays matched when it is disposed of, and one of nobody is told', async () => {
    const id = await bench.retain({ names: ['Bob Broker', 'Dora Dealer'] });
    const { startedAt } = await bench.read(id);
    await importRows(`call-of-Dora-Dealer,${startedAt},0.5,,`);
    await compareAll();
    forgotten = 0; // nothing is disposed of by a clock that is wrong
    await disposeOf(bench, database, id);
    forgotten = HOUR;
    await database.asOwner('update recording set started_at = $2, ended_at = $2 where id = $1', [
      id,
      startedAt,
    ]);
    await inTenant((tx) =>
      askReconciliation(tx, {
        tenantId,
        id: randomUUID(),
        messageId: randomUUID(),
        from: new Date(Date.parse(startedAt) - HOUR),
        to: new Date(Date.parse(startedAt) + HOUR / 4),
        cause: 'asked',
        now: bench.deps.now(),
        trace: {},
      }),
    );
    await compareAll();
    const found = await inTenant((tx) => listCallRecords(tx, { outcome: 'recorded', limit: 10 }));
    expect(found.find(({ recordingId }) => recordingId === id)).toMatchObject({ reason: 'call-id/disposed' });
    const alone = await bench.retain({ names: ['Eve', 'Frank'] });
    await inTenant((tx) =>
      askReconciliation(tx, {
        tenantId,
        id: randomUUID(),
        messageId: randomUUID(),
        from: new Date(Date.now() - HOUR),
        to: new Date(Date.now() + HOUR / 4),
        cause: 'asked',
        now: bench.deps.now(),
        trace: {},
      }),
    );
    await compareAll();
    expect(await openFindings('calls')).toContain(`recording-unlisted ${alone}`);
  }, 60_000);
});

test('a call that capture refused leaves by what it is recognised, and its call record is explained by that', async () => {
  const at = new Date();
  const log = {
    error: (_facts: object, text: string) => {
      throw new Error(text);
    },
    warn: () => undefined,
  };
  const secrets = { secret: () => TEST_COMPLIANCE.callSecret };
  await noteRefusedCall(
    {
      config: { tenantId, node: 'test' },
      db: database.db,
      log,
      secrets: () => Promise.resolve(secrets),
    } as never,
    {
      recordingId: randomUUID(),
      status: 403,
      known: {
        callId: 'rs-1',
        identity: { sessions: [], calls: [], groups: [], participants: ['+4989333@sbc.example'] },
      },
      verdict: {
        allowed: false,
        explanation: {
          outcome: 'DO_NOT_RECORD',
          reasons: [],
          rules: [],
          packDigest: 'p',
          decidedAt: at.toISOString(),
        },
      } as never,
    },
  );
  await importRows(`refused,${at.toISOString()},30,+4989333,+4989444`);
  await compareAll();
  const explained = await inTenant((tx) => listCallRecords(tx, { outcome: 'explained', limit: 10 }));
  expect(explained.map(({ reason }) => reason)).toContain('refused/consent');
}, 60_000);

describe('a compliance report', () => {
  test('says of every section how it stands, and anyone with the trust file can verify it', async () => {
    const reportId = await makeReport();
    const { document, note, pdf } = await documentOf(reportId);
    expect(document.sections.map(({ name }) => name)).toEqual(REPORT_SECTIONS);
    expect(stateOf(document, 'media')).toBe('passed');
    expect(stateOf(document, 'consent')).toBe('passed');
    expect(stateOf(document, 'holds')).toBe('passed');
    expect(document.sections.find(({ name }) => name === 'ledger')).toMatchObject({
      state: 'not-checked',
      notChecked: [expect.stringContaining('time-stamped')],
    });
    const keys = await inTenant((tx) => readSigningKeys(tx, tenantId, testLedgerKeys));
    const trust = {
      format: 'holdfast-trust/1' as const,
      logs: [
        {
          origin: document.log,
          keys: keys.map(({ verifierKey, from, until }) => ({
            key: verifierKey,
            from: from.toISOString(),
            until: until?.toISOString() ?? null,
          })),
        },
      ],
      witnesses: { quorum: 0, keys: [] },
      timestamps: { required: false, authorities: [] },
    };
    const file = formatReportFile(JSON.parse(JSON.stringify(document)) as never, note);
    expect(verifyReportFile(file, trust, pdf).report['id']).toBe(reportId);
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const tampered = file.toString().replace('"state":"passed"', '"state":"findings"');
    expect(() => verifyReportFile(Buffer.from(tampered), trust)).toThrow(
      'its content is not what was signed',
    );
    const stored = await readFile(
      join(bench.objects, (await inTenant((tx) => readReport(tx, reportId)))!.files!.jsonKey),
    );
    expect(stored.toString('latin1')).not.toContain('holdfast-compliance-report');
  }, 60_000);

  test('finds a flipped bit, a dropped row, an overdue item and what was destroyed under a hold', async () => {
    const [damaged, dropped, late] = [await bench.retain(), await bench.retain(), await bench.retain()];
    const [part] = await inTenant((tx) => readParts(tx, damaged));
    const path = join(bench.objects, part!.objectKey);
    const bytes = await readFile(path);
    bytes[bytes.length - 3]! ^= 1;
    await writeFile(path, bytes);
    await database.asOwner(
      `update recording_retention set retain_until = now() - interval '9 days' where recording_id = $1`,
      [late],
    );
    const [row] = await database.asOwner('select id from part where recording_id = $1 limit 1', [dropped]);
    await database.asOwner('alter table data_key disable trigger keep_keys');
    await database.asOwner('delete from data_key where part_id = $1', [row!['id']]);
    await database.asOwner('delete from part where id = $1', [row!['id']]);
    await database.asOwner('alter table data_key enable trigger keep_keys');
    const first = await makeReport();
    const { document } = await documentOf(first);
    const found = document.sections.flatMap(({ findings }) =>
      findings.map(({ kind, subject }) => `${kind} ${subject.id}`),
    );
    expect(found).toEqual(
      expect.arrayContaining([`part-differs ${damaged}`, `part-row-missing ${dropped}`, `overdue ${late}`]),
    );
    expect(document.summary.critical).toBeGreaterThanOrEqual(2);

    bytes[bytes.length - 3]! ^= 1; // put right: the next report says so, and what became of all that was found
    await writeFile(path, bytes);
    const second = await documentOf(await makeReport());
    expect(second.document.earlier.find(({ kind }) => kind === 'part-differs')).toMatchObject({
      state: 'healed',
    });
    expect(second.document.earlier.find(({ kind }) => kind === 'part-row-missing')).toMatchObject({
      state: 'open',
    });
  }, 60_000);

  test('goes on where a killed worker left it, in every section, and counts nothing twice', async () => {
    const whole = (await documentOf(await makeReport())).document;
    const reportId = randomUUID();
    const now = bench.deps.now();
    const period = { ...whole.period, name: `asked-${reportId}` };
    await inTenant((tx) =>
      askReport(tx, {
        tenantId,
        id: reportId,
        messageId: randomUUID(),
        period,
        cause: 'asked',
        person,
        now,
        trace: {},
      }),
    );
    for (const section of REPORT_SECTIONS) {
      // Its worker dies at the first transaction, the second, the fourth, and so on.
      let transactions = 0;
      const dying = {
        ...bench.deps.db,
        forTenant: (async (...args: Parameters<typeof bench.deps.db.forTenant>) => {
          transactions += 1;
          if (Number.isInteger(Math.log2(transactions))) throw new Error('killed');
          return bench.deps.db.forTenant(...args);
        }) as typeof bench.deps.db.forTenant,
      };
      const { auditSection } = await import('./audit-section.ts');
      const run = auditSection({ ...bench.deps, db: dying, compliance: TEST_COMPLIANCE });
      for (let attempt = 0; ; attempt += 1) {
        if (attempt > 50) throw new Error(`The section ${section} does not come to an end.`);
        if (
          await asActivity(() => run({ tenantId, reportId, section })).then(
            () => true,
            () => false,
          )
        )
          break;
      }
    }
    await asActivity(() => bench.activities.lifecycle.sealReport({ tenantId, reportId }));
    const { document } = await documentOf(reportId);
    for (const name of ['consent', 'holds', 'retention', 'disposals', 'media'] as const) {
      const counts = (one: ReportDocument) =>
        one.sections.find((each) => each.name === name)?.counts['checked'];
      expect([name, counts(document)]).toEqual([name, counts(whole)]);
    }
  }, 60_000);
});

test('a year of nights asks for four reports, one a quarter, and removes what is over', async () => {
  const other = await database.addTenant();
  await database.asOwner("update tenant set created_at = '2027-01-15' where tenant_id = $1", [other]);
  await database.asOwner("update tenant set created_at = '2029-01-01' where tenant_id <> $1", [other]);
  const { runComplianceRound } = await import('./run-round.ts');
  let at = Date.parse('2027-01-20T02:00:00Z');
  const round = runComplianceRound({ ...bench.deps, now: () => new Date(at), compliance: TEST_COMPLIANCE });
  for (; at < Date.parse('2028-01-20T02:00:00Z'); at += 20 * 24 * HOUR) await round({});
  const made = await database.db.forTenant(other, (tx) => listReports(tx));
  expect(made.map(({ period }) => period.name)).toEqual(['2027-Q4', '2027-Q3', '2027-Q2', '2027-Q1']);
}, 60_000);
