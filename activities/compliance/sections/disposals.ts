import { sequenceLeaves } from '../../../recorder-core/records/sequence-leaves.ts';
import { afterId, onRecording, pageEnd, type AuditSection } from '../section.ts';

const PAGE = 300;

/** Whatever is gone has a certificate, its two leaves, and no key. */
export const disposals: AuditSection = {
  looksAtAll: true,
  async step({ db, tenantId }, cursor) {
    if (cursor === null) await db.forTenant(tenantId, (tx) => sequenceLeaves(tx, tenantId));
    const { rows } = await db.forTenant(tenantId, (tx) =>
      tx.query<{ id: string; certified: boolean; leaves: number; keys: number }>(
        `select r.id, c.recording_id is not null as certified,
                (select count(distinct l.act) from ledger_leaf l where l.tenant_id = r.tenant_id and l.object_id = r.id::text
                    and l.object_type = 'recording' and l.act in ('keys.destroyed', 'disposal.certified')) as leaves,
                (select count(*) from part p join data_key d on d.tenant_id = p.tenant_id and d.part_id = p.id
                  where p.tenant_id = r.tenant_id and p.recording_id = r.id) as keys
           from recording r
           left join disposal_certificate c on c.tenant_id = r.tenant_id and c.recording_id = r.id
          where r.id > $1 and (r.state = 'disposed' or c.recording_id is not null) order by r.id limit ${PAGE}`,
        [afterId(cursor)],
      ),
    );
    return {
      cursor: pageEnd(rows, PAGE),
      counts: { checked: rows.length },
      findings: rows.flatMap(({ id, certified, leaves, keys }) => [
        ...(certified
          ? []
          : [onRecording(id, 'certificate-missing', 'critical', 'It is gone, and there is no certificate.')]),
        ...(leaves === 2
          ? []
          : [
              onRecording(
                id,
                'disposal-leaf-missing',
                'critical',
                'It is gone, and the ledger lacks the destruction of its keys or the certificate.',
              ),
            ]),
        ...(keys === 0
          ? []
          : [
              onRecording(id, 'key-left', 'critical', `It is gone, and ${keys} of its keys are still there.`),
            ]),
      ]),
    };
  },
};
