import type { Explanation } from '../../../recorder-core/records/explanation.ts';
import type { NewFinding } from '../../../recorder-core/records/findings.ts';
import { afterId, onRecording, pageEnd, tallyBy, type AuditSection } from '../section.ts';

const PAGE = 500;
/** Outcomes under which something may be stored. */
const STORABLE = new Set(['RECORD', 'TONE', 'ANNOUNCE', 'ASSENT', 'OWN_SIDE_ONLY', 'PAUSE']);
/** In the reason that says so; see recorder-core/capture/consent-gate.ts. */
const OWN_STATEMENT = 'setting announcement';
/** Outcomes that demand that somebody was told or asked. */
const DEMANDING = new Set(['TONE', 'ANNOUNCE', 'ASSENT']);

type Fault = Omit<NewFinding, 'section'>;

interface Row {
  readonly id: string;
  readonly consent: Partial<Explanation>;
  /** How much evidence is kept with it. */
  readonly evidence: number;
}

/** Every recording of the period was decided about before it was stored, by a known pack, with evidence where that is demanded. */
export const consent: AuditSection = {
  looksAtAll: false,
  async step({ db, packs, tenantId, period }, cursor) {
    const { rows, known } = await db.forTenant(tenantId, async (tx) => {
      const page = await tx.query<Row>(
        `select r.id, r.consent,
                (select count(*) from consent_evidence e where e.tenant_id = r.tenant_id and e.recording_id = r.id
                    and e.kind in ('toned', 'announced', 'assented')) as evidence
           from recording r
          where r.id > $1 and r.started_at >= $2 and r.started_at < $3 order by r.id limit ${PAGE}`,
        [afterId(cursor), period.from, period.to],
      );
      const digests = new Set(page.rows.map((row) => row.consent.packDigest ?? ''));
      const found = new Map<string, boolean>();
      for (const digest of digests) found.set(digest, (await packs.byDigest(tx, digest)) !== undefined);
      return { rows: page.rows, known: found };
    });
    const findings = rows.flatMap((row) => faultOf(row, known) ?? []);
    const bad = new Set(findings.map(({ subject }) => subject.id));
    return {
      cursor: pageEnd(rows, PAGE),
      counts: { checked: rows.length, ...tallyBy(rows, (row) => `outcome ${row.consent.outcome ?? 'none'}`) },
      findings,
      inOrder: rows.filter(({ id }) => !bad.has(id)).map(({ id }) => id),
    };
  },
};

function faultOf(
  { id, consent: decided, evidence }: Row,
  known: ReadonlyMap<string, boolean>,
): Fault | undefined {
  const { outcome, rules = [], reasons = [], packDigest } = decided;
  if (outcome === undefined || rules.length + reasons.length === 0)
    return onRecording(
      id,
      'consent-undecided',
      'critical',
      'It was stored without a decision about consent.',
    );
  if (!STORABLE.has(outcome))
    return onRecording(
      id,
      'consent-forbidden',
      'critical',
      `It was stored although consent was decided as ${outcome}.`,
    );
  if (known.get(packDigest ?? '') !== true)
    return onRecording(
      id,
      'consent-pack-unknown',
      'major',
      'The rule pack that decided about consent is not known here.',
    );
  if (!DEMANDING.has(outcome) || evidence > 0 || reasons.some((reason) => reason.includes(OWN_STATEMENT)))
    return undefined;
  return onRecording(
    id,
    'consent-evidence-missing',
    'major',
    `${outcome} was demanded, and neither evidence nor the tenant's own statement is kept with it.`,
  );
}
