import type { Tx } from './database.ts';
import { foldWords } from './fold-words.ts';

/** A document of the built-in search as it is stored. */
export interface StoredDocument {
  readonly recordingId: string;
  readonly revision: number;
  readonly held: boolean;
  readonly document: Readonly<Record<string, unknown>>;
}

/** One document under a row lock, or undefined. */
export async function lockSearchDocument(tx: Tx, recordingId: string): Promise<StoredDocument | undefined> {
  const { rows } = await tx.query<StoredDocument>(
    'select recording_id as "recordingId", revision, held, document from search_document where recording_id = $1 for update',
    [recordingId],
  );
  return rows[0];
}

/** Stores a document unless the one that stands there is as new or newer; answers whether it was stored. */
export async function upsertSearchDocument(
  tx: Tx,
  tenantId: string,
  stored: StoredDocument,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into search_document (tenant_id, recording_id, revision, held, document, words) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, recording_id) do update
        set revision = excluded.revision, held = excluded.held, document = excluded.document, words = excluded.words
      where search_document.revision < excluded.revision`,
    [
      tenantId,
      stored.recordingId,
      stored.revision,
      stored.held,
      stored.document,
      foldWords(textOf(stored.document)),
    ],
  );
  return rowCount === 1;
}

/** Removes a document; nothing happens where there is none. */
export async function deleteSearchDocument(tx: Tx, recordingId: string): Promise<void> {
  await tx.query('delete from search_document where recording_id = $1', [recordingId]);
}

/** All strings and numbers of a document, at any depth, in one line. */
function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textOf).filter(Boolean).join(' ');
}
