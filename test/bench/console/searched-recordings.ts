import { addListedRecordings } from '../authorize/listed-recordings.ts';
import { runAsOwner } from '../bench-postgres.ts';

/** The newest ones have parties, as many as anybody scrolls through; a party is folded as it is written, which takes long. */
const WITH_PARTIES = 100_000;

/**
 * Adds recordings that can be listed, searched and narrowed: each with a document of the built-in search, the newest with
 * two parties, one in 199 partial, one in 50 not settled yet.
 */
export async function addSearchedRecordings(
  ownerUrl: string,
  tenantId: string,
  { rows, report }: { readonly rows: number; readonly report: (line: string) => void },
): Promise<void> {
  await addListedRecordings(ownerUrl, tenantId, { rows, report });
  const as = (sql: string, values: readonly unknown[] = [tenantId]) => runAsOwner(ownerUrl, sql, values);
  report('documents of the search');
  // An index is faster made of what is there than kept while it comes.
  await as('drop index if exists search_document_words', []);
  await as(
    `insert into search_document (tenant_id, recording_id, revision, held, document, words)
     select tenant_id, id, 1, false, '{}', 'caller ' || substr(md5(id::text), 1, 8) || ' desk ' || spool_node || ' +4930'
            || (extract(epoch from started_at)::bigint % 10000000)
       from recording where tenant_id = $1`,
  );
  await as(
    'create index if not exists search_document_words on search_document using gin (words gin_trgm_ops)',
    [],
  );
  report('parties');
  await as(
    `insert into party (tenant_id, id, recording_id, ordinal, name, address)
     select r.tenant_id, gen_random_uuid(), r.id, o, case o when 0 then 'Caller ' || substr(md5(r.id::text), 1, 8) else 'Harbour desk' end,
            'sip:' || substr(md5(r.id::text), 1, 8) || '@pbx.example'
       from (select tenant_id, id from recording where tenant_id = $1 order by started_at desc limit ${WITH_PARTIES}) r,
            generate_series(0, 1) o`,
  );
  await as(
    `update recording set partial = true where tenant_id = $1 and extract(epoch from started_at)::bigint % 199 = 0`,
  );
  await as(
    `update recording set state = 'stored' where tenant_id = $1 and extract(epoch from started_at)::bigint % 50 = 0`,
  );
  await as('vacuum analyze recording, search_document, party', []);
}
