import { decideRetention } from '../../../recorder-core/policy/retention.ts';
import type { VerifiedRulePack } from '../../../recorder-core/policy/rule-pack.ts';
import { decideRecording } from '../../../recorder-core/records/decide-recording.ts';
import { REASON_OF_K, RETENTION_OF_R } from '../../../recorder-core/records/recording-retention.ts';
import { readRecording } from '../../../recorder-core/records/recordings.ts';
import {
  afterId,
  onRecording,
  pageEnd,
  type Audit,
  type AuditSection,
  type SectionStep,
} from '../section.ts';

const PAGE = 200;
const DRIFT_PAGE = 100;
/** The sweep comes every minute; what is this late was passed over. */
const OVERDUE_MS = 2 * 86_400_000;
const DAY_MS = 86_400_000;

/** Nothing is kept longer than the rules allow, nothing stands still on its way out, and stored dates are those of today's rules. */
export const retention: AuditSection = {
  looksAtAll: false,
  async step(audit, cursor) {
    if (cursor === null) return { ...(await canary(audit)), cursor: 'overdue/' };
    const [phase = '', id = ''] = String(cursor).split('/');
    if (phase === 'overdue') return overdue(audit, id);
    return drift(audit, id);
  },
};

/** Items that nobody recorded, whose right answer is known: rules that lost a floor or a hold would give another. */
async function canary({ db, packs, tenantId, now }: Audit): Promise<Omit<SectionStep, 'cursor'>> {
  const { pack } = await db.forTenant(tenantId, (tx) => packs.current(tx));
  const wrong = canaryFaults(pack, now.getTime());
  return {
    counts: { canaries: 3 },
    findings: wrong.map((statement, at) => ({
      key: `retention-canary/${at}`,
      kind: 'retention-canary',
      severity: 'critical' as const,
      subject: { type: 'rule-pack', id: pack.digest },
      statement,
    })),
  };
}

/** What is wrong with the answers to items of a known answer. */
export function canaryFaults(pack: VerifiedRulePack, nowMs: number): string[] {
  const at = new Date(nowMs).toISOString();
  const item = (agoMs: number, held: boolean) => {
    const capturedAt = new Date(nowMs - agoMs).toISOString();
    return {
      id: 'canary',
      capturedAt,
      kind: 'call' as const,
      classes: ['business-call'],
      triggers: { captureEnd: capturedAt },
      holds: held ? [{ id: 'canary', kind: 'legal' as const, releasedAt: null }] : [],
      requests: [],
      jurisdictions: [],
      lockedUntil: null,
    };
  };
  const decided = (agoMs: number, held: boolean) => decideRetention(item(agoMs, held), at, pack).decision;
  return [
    ...(decided(DAY_MS, false) === 'DISPOSE'
      ? ['A business call of yesterday would be disposed of: its class has lost its floor.']
      : []),
    ...(decided(40 * 365 * DAY_MS, true) === 'DISPOSE' ? ['A held call would be disposed of.'] : []),
    ...(decided(40 * 365 * DAY_MS, false) === 'DISPOSE'
      ? []
      : ['A business call of forty years ago would not be disposed of: its class has lost its end.']),
  ];
}

async function overdue({ db, tenantId, now }: Audit, cursor: string): Promise<SectionStep> {
  const late = new Date(now.getTime() - OVERDUE_MS);
  const { rows } = await db.forTenant(tenantId, (tx) =>
    tx.query<{ id: string; state: string; until: Date | null; outcome: string | null }>(
      `select r.id, r.state, k.retain_until as until, w.outcome from recording r ${RETENTION_OF_R} ${REASON_OF_K}
        where r.id > $1 and ((r.state = 'retained' and k.retain_until < $2) or (r.state = 'disposing' and r.claimed_at < $2))
          and not exists (select from holds_on(r, false))
        order by r.id limit ${PAGE}`,
      [afterId(cursor === '' ? null : cursor), late],
    ),
  );
  const end = pageEnd(rows, PAGE);
  return {
    cursor: end === null ? 'drift/' : `overdue/${end}`,
    counts: { 'past their date': rows.length },
    findings: rows.map(({ id, state, until, outcome }) =>
      state === 'disposing'
        ? onRecording(
            id,
            'disposal-stuck',
            'major',
            'Its disposal was begun more than two days ago and has no certificate.',
          )
        : onRecording(
            id,
            'overdue',
            'major',
            `It was to be kept until ${until?.toISOString() ?? ''} and is still there; the rules last said ${outcome ?? 'nothing'}.`,
          ),
    ),
  };
}

/** Decides recordings of the report's sample anew and compares the date with the one that is stored. */
async function drift({ db, packs, tenantId, reportId, now }: Audit, cursor: string): Promise<SectionStep> {
  return db.forTenant(tenantId, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `select s.recording_id as id from compliance_sample s where s.report_id = $1 and s.recording_id > $2
        order by s.recording_id limit ${DRIFT_PAGE}`,
      [reportId, afterId(cursor === '' ? null : cursor)],
    );
    const current = await packs.current(tx);
    const findings = [];
    for (const { id } of rows) {
      const recording = await readRecording(tx, id);
      if (recording?.state !== 'retained') continue;
      const { retainUntil, decision } = await decideRecording(tx, recording, now, current);
      if (decision.decision === 'CONFLICT')
        findings.push(
          onRecording(
            id,
            'retention-conflict',
            'major',
            'Its rules contradict each other: no date fulfils all of them.',
          ),
        );
      else if (retainUntil !== recording.retainUntil)
        findings.push(
          onRecording(
            id,
            'retention-drift',
            'minor',
            `It is stored as kept until ${recording.retainUntil ?? 'no date'}; the rules in force give ${retainUntil ?? 'no date'}.`,
          ),
        );
    }
    const bad = new Set(findings.map(({ subject }) => subject.id));
    const end = pageEnd(rows, DRIFT_PAGE);
    return {
      cursor: end === null ? null : `drift/${end}`,
      counts: { checked: rows.length },
      findings,
      inOrder: rows.filter(({ id }) => !bad.has(id)).map(({ id }) => id),
    };
  });
}
