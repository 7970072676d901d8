import type { Tx } from './database.ts';
import { foldWords } from './fold-words.ts';

/** A document of the built-in search as it is stored. */
export interface StoredDocument {
  readonly recordingId: string;
  readonly version: number;
  readonly document: Readonly<Record<string, unknown>>;
}

/** Stores a document unless a newer version is there; answers whether it was stored. */
export async function upsertSearchDocument(
  tx: Tx,
  tenantId: string,
  stored: StoredDocument,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into search_document (tenant_id, recording_id, version, document, words) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, recording_id) do update
        set version = excluded.version, document = excluded.document, words = excluded.words
      where search_document.version <= excluded.version`,
    [tenantId, stored.recordingId, stored.version, stored.document, foldWords(textOf(stored.document))],
  );
  return rowCount === 1;
}

/** One document, or undefined. */
export async function readSearchDocument(tx: Tx, recordingId: string): Promise<StoredDocument | undefined> {
  const { rows } = await tx.query<StoredDocument>(
    'select recording_id as "recordingId", version, document from search_document where recording_id = $1',
    [recordingId],
  );
  return rows[0];
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
