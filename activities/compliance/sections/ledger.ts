import { isHoldfastError } from '../../../recorder-core/errors.ts';
import { wholeLists } from '../../../recorder-core/ledger/continued-lists.ts';
import { parseLeaf } from '../../../recorder-core/ledger/leaf.ts';
import { parseFrontier, rootFrom, serializeFrontier } from '../../../recorder-core/ledger/merkle.ts';
import { checkpointNow } from '../../../recorder-core/records/checkpoints.ts';
import type { NewFinding } from '../../../recorder-core/records/findings.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { readHead, readLeafBodies } from '../../../recorder-core/records/ledger-log.ts';
import { sequenceLeaves } from '../../../recorder-core/records/sequence-leaves.ts';
import { walkStretch } from '../../../recorder-core/records/walk-log.ts';
import { onRecording, type Audit, type AuditSection, type SectionStep } from '../section.ts';

const STRETCH = 2_000;
const STAMP_DAYS = 7;
const DAY_MS = 86_400_000;

/** Where the walk stands; the whole length is decided at its beginning. */
interface Walk {
  readonly size: number;
  readonly root: string;
  readonly at: number;
  readonly frontier: string;
}

/**
 * The whole log from its first leaf: each follows on the one before, together they give the signed root, whatever was sealed
 * has its row and its parts, and outsiders have confirmed it lately.
 */
export const ledger: AuditSection = {
  looksAtAll: true,
  async step(audit, cursor) {
    if (cursor === null) return begin(audit);
    const walk = cursor as unknown as Walk;
    if (walk.at >= walk.size) return end(audit, walk);
    return audit.db.forTenant(audit.tenantId, (tx) => walkOn(tx, audit, walk));
  },
};

async function begin({ db, tenantId }: Audit): Promise<SectionStep> {
  await db.forTenant(tenantId, (tx) => sequenceLeaves(tx, tenantId));
  const { size, root } = await db.forTenant(tenantId, (tx) => readHead(tx));
  return { cursor: { size, root: root.toString('hex'), at: 0, frontier: '' }, counts: { checked: size } };
}

async function walkOn(tx: Tx, { tenantId }: Audit, walk: Walk): Promise<SectionStep> {
  const to = Math.min(walk.size, walk.at + STRETCH);
  const frontier = parseFrontier(walk.at, Buffer.from(walk.frontier, 'base64'));
  const walked = await walkStretch(tx, tenantId, { from: walk.at, to, size: walk.size, frontier });
  if ('fault' in walked) return { cursor: null, findings: [onLog(tenantId, 'log-not-whole', walked.fault)] };
  return {
    cursor: { ...walk, at: to, frontier: serializeFrontier(walked.frontier).toString('base64') },
    findings: await missingRows(tx, walk.at, to),
  };
}

/** What the leaves say was sealed and the tables do not have any more: a row that somebody dropped. */
async function missingRows(tx: Tx, from: number, to: number): Promise<Omit<NewFinding, 'section'>[]> {
  const leaves = wholeLists((await readLeafBodies(tx, from, to)).map((body) => parseLeaf(body))).filter(
    ({ act, object }) =>
      object.type === 'recording' && (act === 'recording.sealed' || act === 'recording.recovered'),
  );
  if (leaves.length === 0) return [];
  const ids = leaves.map(({ object }) => object.id);
  const { rows } = await tx.query<{ id: string; parts: string[] }>(
    `select r.id, array(select p.id::text from part p where p.tenant_id = r.tenant_id and p.recording_id = r.id) as parts
       from recording r where r.id = any ($1::uuid[])`,
    [ids],
  );
  const known = new Map(rows.map(({ id, parts }) => [id, parts]));
  return leaves.flatMap(({ object: { id }, facts }) => {
    const parts = known.get(id);
    if (parts === undefined)
      return [
        onRecording(
          id,
          'row-missing',
          'critical',
          'The ledger says that it was sealed, and its row is gone.',
        ),
      ];
    const named = Array.isArray(facts?.['parts'])
      ? (facts['parts'] as readonly { readonly id?: string }[])
      : [];
    const lost = named.filter((part) => part.id !== undefined && !parts.includes(part.id)).length;
    return lost === 0
      ? []
      : [
          onRecording(
            id,
            'part-row-missing',
            'critical',
            `The ledger names ${lost} parts of it whose rows are gone.`,
          ),
        ];
  });
}

async function end({ db, tenantId, ledgerKeys, now }: Audit, walk: Walk): Promise<SectionStep> {
  const root = rootFrom(walk.size, parseFrontier(walk.size, Buffer.from(walk.frontier, 'base64')));
  const findings: Omit<NewFinding, 'section'>[] = [];
  if (root.toString('hex') !== walk.root)
    findings.push(
      onLog(tenantId, 'log-root-differs', 'The leaves do not give the root of the log: a leaf was changed.'),
    );
  const outside = await db.forTenant(tenantId, async (tx) => {
    const alarms = await tx.query<{ kind: string }>('select kind from ledger_alarm where cleared_at is null');
    const stamped = await tx.query<{ at: Date | null }>(
      'select max(stamped_at) as at from ledger_time_stamp',
    );
    const witnessed = await tx.query<{ at: Date | null }>(
      'select max(cosigned_at) as at from ledger_cosignature',
    );
    return {
      alarms: alarms.rows,
      stampedAt: stamped.rows[0]?.at ?? null,
      witnessedAt: witnessed.rows[0]?.at ?? null,
    };
  });
  for (const { kind } of outside.alarms)
    findings.push(
      onLog(tenantId, `log-alarm-${kind}`, `An alarm of an outsider stands against the log: ${kind}.`),
    );
  try {
    await db.forTenant(tenantId, (tx) => checkpointNow(tx, tenantId, ledgerKeys, now));
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    findings.push(onLog(tenantId, 'log-not-extended', error.message));
  }
  return {
    cursor: null,
    findings,
    statements: [
      `The first ${walk.size} leaves were walked one by one; their root is ${walk.root}.`,
      outside.witnessedAt === null
        ? 'No witness has cosigned the log.'
        : `A witness cosigned it last at ${outside.witnessedAt.toISOString()}.`,
    ],
    notChecked: isRecent(outside.stampedAt, now)
      ? []
      : [
          `No authority has time-stamped the log within ${STAMP_DAYS} days, so that nobody outside says when it stood like this.`,
        ],
  };
}

function isRecent(at: Date | null, now: Date): boolean {
  return at !== null && now.getTime() - at.getTime() < STAMP_DAYS * DAY_MS;
}

function onLog(tenantId: string, kind: string, statement: string): Omit<NewFinding, 'section'> {
  return { key: kind, kind, severity: 'critical', subject: { type: 'ledger', id: tenantId }, statement };
}
