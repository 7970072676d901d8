import type { Tx } from './database.ts';

/** The person whom a provider means by a subject, if any. */
export async function readSubject(tx: Tx, providerId: string, subject: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ user_id: string }>(
    'select user_id from provider_subject where provider_id = $1 and subject = $2',
    [providerId, subject],
  );
  return rows[0]?.user_id;
}

/** Links a person with a subject, or notes that they came again. */
export async function linkSubject(
  tx: Tx,
  tenantId: string,
  link: { readonly providerId: string; readonly subject: string; readonly userId: string; readonly at: Date },
): Promise<void> {
  await tx.query(
    `insert into provider_subject (tenant_id, provider_id, subject, user_id, linked_at, last_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (tenant_id, provider_id, subject) do update set last_at = excluded.last_at`,
    [tenantId, link.providerId, link.subject, link.userId, link.at],
  );
}

/** Whether a provider means a person by another subject than this one. */
export async function isLinkedOtherwise(
  tx: Tx,
  providerId: string,
  userId: string,
  subject: string,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from provider_subject where provider_id = $1 and user_id = $2 and subject <> $3 limit 1',
    [providerId, userId, subject],
  );
  return rowCount !== 0;
}

/** People with this address, whoever entered it and in whatever letters; locked. */
export async function lockPeopleByEmail(tx: Tx, email: string): Promise<{ readonly id: string }[]> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from app_user where lower(email) = lower($1) order by created_at, id for update',
    [email],
  );
  return rows;
}

/** Writes the address that a provider says a person has; without one, what is known stays. */
export async function writeEmail(tx: Tx, userId: string, email: string | null): Promise<void> {
  await tx.query('update app_user set email = coalesce($2, email) where id = $1', [userId, email]);
}

/** What the rules may ask of everybody who is known, for a preview. */
export interface KnownPerson {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly email: string | null;
  readonly groups: readonly string[];
  readonly department: string | null;
  readonly job: string | null;
}

/** Active people who came by a provider, at most 5,000, with the name of the provider that they came by last. */
export async function listProvidedPeople(tx: Tx): Promise<(KnownPerson & { readonly source: string })[]> {
  const { rows } = await tx.query<KnownPerson & { readonly source: string }>(
    `select distinct on (u.id) u.id, u.name, u.role, u.email, coalesce(u.groups, '{}') as groups, u.department, u.job,
            p.name as source
       from app_user u
       join provider_subject s on s.tenant_id = u.tenant_id and s.user_id = u.id
       join identity_provider p on p.tenant_id = s.tenant_id and p.id = s.provider_id
      where u.status = 'active' order by u.id, s.last_at desc limit 5000`,
  );
  return rows;
}
