import type { Tx } from './database.ts';

/** What a file can speak of. */
export const CONFIGURED_KINDS = ['connection', 'webhook', 'incident-levels'] as const;
export type ConfiguredKind = (typeof CONFIGURED_KINDS)[number];

/** That a file was applied; never changed. */
export interface ConfigurationApplication {
  readonly id: string;
  /** The name that the file gives itself. */
  readonly source: string;
  /** SHA-256 of the file, 64 hex digits. */
  readonly digest: string;
  /** Name of the person; null where nobody with an account did. */
  readonly appliedBy: string | null;
  readonly appliedAt: Date;
  readonly why: string | null;
}

/** An object as the newest file that named it left it. */
export interface ConfiguredObject {
  readonly kind: ConfiguredKind;
  readonly objectId: string;
  readonly source: string;
  /** Without any part of a credential. */
  readonly content: Readonly<Record<string, unknown>>;
  /** Of the object then; null where its kind has none. */
  readonly version: number | null;
}

/** Stores that a file was applied. */
export async function insertApplication(
  tx: Tx,
  tenantId: string,
  made: Omit<ConfigurationApplication, 'appliedBy'> & { readonly userId: string | null },
): Promise<void> {
  await tx.query(
    `insert into configuration_application (tenant_id, id, source, digest, applied_by, applied_at, why)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantId, made.id, made.source, made.digest, made.userId, made.appliedAt, made.why],
  );
}

/** The applications of the tenant, newest first, at most 200. */
export async function listApplications(tx: Tx): Promise<ConfigurationApplication[]> {
  const { rows } = await tx.query<ConfigurationApplication>(
    `select a.id, a.source, a.digest, u.name as "appliedBy", a.applied_at as "appliedAt", a.why
       from configuration_application a
       left join app_user u on u.tenant_id = a.tenant_id and u.id = a.applied_by
      order by a.applied_at desc, a.id desc limit 200`,
  );
  return rows;
}

/** Every object that a file speaks for, as the file left it. */
export async function listConfiguredObjects(tx: Tx): Promise<ConfiguredObject[]> {
  const { rows } = await tx.query<ConfiguredObject>(
    `select o.kind, o.object_id as "objectId", a.source, o.content, o.version
       from configuration_object o join configuration_application a on a.tenant_id = o.tenant_id and a.id = o.application_id`,
  );
  return rows;
}

/** Keeps an object as the application left it; from now on its file speaks for it. */
export async function putConfiguredObject(
  tx: Tx,
  tenantId: string,
  applicationId: string,
  { kind, objectId, content, version }: Omit<ConfiguredObject, 'source'>,
): Promise<void> {
  await tx.query(
    `insert into configuration_object (tenant_id, kind, object_id, application_id, content, version)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, kind, object_id) do update
        set application_id = excluded.application_id, content = excluded.content, version = excluded.version`,
    [tenantId, kind, objectId, applicationId, JSON.stringify(content), version],
  );
}

/** Forgets an object: no file speaks for it any more. */
export async function dropConfiguredObject(tx: Tx, kind: ConfiguredKind, objectId: string): Promise<void> {
  await tx.query('delete from configuration_object where kind = $1 and object_id = $2', [kind, objectId]);
}
