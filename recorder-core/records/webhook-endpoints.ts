import type { Tx } from './database.ts';

/** How messages to an endpoint are signed: by a private key of ours, or by a secret that both sides have. */
export const SIGNINGS = ['ed25519', 'hmac'] as const;
export type Signing = (typeof SIGNINGS)[number];

/** Why an endpoint is told nothing: a person's wish, its own 410, or five days without success. */
export type EndpointStop = 'person' | 'gone' | 'failing';

/** A public key that verifies what we send, and when a newer one has taken its place for good. */
export interface PublishedKey {
  /** `whpk_` and the key in base64. */
  readonly key: string;
  /** RFC 3339; null for the newest. */
  readonly until: string | null;
}

/** An address of another system that is told of events. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  /** Types of events, exact, as `hold.*`, or `*`. */
  readonly types: readonly string[];
  readonly signing: Signing;
  /** Envelope of the keys that sign; only who sends opens it. */
  readonly credential: Buffer;
  /** None with a shared secret. */
  readonly publicKeys: readonly PublishedKey[];
  readonly state: 'enabled' | 'disabled' | 'removed';
  /** Null while it is enabled. */
  readonly stateReason: EndpointStop | null;
  readonly stateSince: Date;
  /** Leaves of the log before this one were looked at. */
  readonly nextIndex: number;
  /** Messages in a row that were not taken, and since when. */
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly pausedUntil: Date | null;
  readonly lastSuccess: Date | null;
  readonly createdAt: Date;
}

const COLUMNS = `id, name, description, url, types, signing, credential, public_keys as "publicKeys", state,
  state_reason as "stateReason", state_since as "stateSince", next_index as "nextIndex", failures,
  failing_since as "failingSince", paused_until as "pausedUntil", last_success as "lastSuccess", created_at as "createdAt"`;

/** What an endpoint begins with. */
export type NewEndpoint = Pick<
  WebhookEndpoint,
  'id' | 'name' | 'description' | 'url' | 'types' | 'signing' | 'credential' | 'publicKeys' | 'createdAt'
>;

/** Adds an endpoint that is told what happens from now on. @returns false where one of that name exists. */
export async function insertEndpoint(tx: Tx, tenantId: string, made: NewEndpoint): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into webhook_endpoint (tenant_id, id, name, description, url, types, signing, credential, public_keys,
                                   state_since, created_at, next_index)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, size from ledger_head
     on conflict (tenant_id, lower(name)) where state <> 'removed' do nothing`,
    [
      tenantId,
      made.id,
      made.name,
      made.description,
      made.url,
      made.types,
      made.signing,
      made.credential,
      JSON.stringify(made.publicKeys),
      made.createdAt,
    ],
  );
  return rowCount === 1;
}

/** One endpoint that was not removed, or undefined. */
export async function readEndpoint(tx: Tx, id: string): Promise<WebhookEndpoint | undefined> {
  const { rows } = await tx.query<WebhookEndpoint>(
    `select ${COLUMNS} from webhook_endpoint where id = $1 and state <> 'removed'`,
    [id],
  );
  return rows[0];
}

/** `readEndpoint` under a row lock: who changes it, tells it or notes what came of a message takes turns. */
export async function lockEndpoint(tx: Tx, id: string): Promise<WebhookEndpoint | undefined> {
  const { rows } = await tx.query<WebhookEndpoint>(
    `select ${COLUMNS} from webhook_endpoint where id = $1 and state <> 'removed' for update`,
    [id],
  );
  return rows[0];
}

/** All endpoints that were not removed, by name. */
export async function listEndpoints(tx: Tx): Promise<WebhookEndpoint[]> {
  const { rows } = await tx.query<WebhookEndpoint>(
    `select ${COLUMNS} from webhook_endpoint where state <> 'removed' order by lower(name), id`,
  );
  return rows;
}

/** What may change of an endpoint. */
export type EndpointChange = Partial<Omit<WebhookEndpoint, 'id' | 'signing' | 'createdAt'>>;

const CHANGEABLE: Readonly<Record<keyof EndpointChange, string>> = {
  name: 'name',
  description: 'description',
  url: 'url',
  types: 'types',
  credential: 'credential',
  publicKeys: 'public_keys',
  state: 'state',
  stateReason: 'state_reason',
  stateSince: 'state_since',
  nextIndex: 'next_index',
  failures: 'failures',
  failingSince: 'failing_since',
  pausedUntil: 'paused_until',
  lastSuccess: 'last_success',
};

/** Changes what is named. @returns false where another endpoint has the name. */
export async function changeEndpoint(tx: Tx, id: string, change: EndpointChange): Promise<boolean> {
  const names = (Object.keys(change) as (keyof EndpointChange)[]).filter(
    (name) => change[name] !== undefined,
  );
  if (names.length === 0) return true;
  if (change.name !== undefined && (await isTaken(tx, id, change.name))) return false;
  const values = names.map((name) => (name === 'publicKeys' ? JSON.stringify(change[name]) : change[name]));
  const sets = names.map((name, n) => `${CHANGEABLE[name]} = $${n + 2}`);
  await tx.query(`update webhook_endpoint set ${sets.join(', ')} where id = $1`, [id, ...values]);
  return true;
}

async function isTaken(tx: Tx, id: string, name: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    "select from webhook_endpoint where lower(name) = lower($2) and id <> $1 and state <> 'removed'",
    [id, name],
  );
  return (rowCount ?? 0) > 0;
}

/** Sealed keys of endpoints under one of these root keys of a provider. */
export async function listEndpointKeysUnder(
  tx: Tx,
  provider: string,
  roots: readonly string[],
): Promise<{ readonly id: string; readonly credential: Buffer }[]> {
  const { rows } = await tx.query<{ id: string; credential: Buffer }>(
    `select id, credential from webhook_endpoint
      where convert_from(credential, 'UTF8')::jsonb ->> 'provider' = $1
        and convert_from(credential, 'UTF8')::jsonb ->> 'keyId' = any ($2) order by id`,
    [provider, roots],
  );
  return rows;
}

/** Puts sealed keys in the place of others; does nothing when they were changed meanwhile. */
export async function replaceEndpointKeys(tx: Tx, id: string, before: Buffer, after: Buffer): Promise<void> {
  await tx.query('update webhook_endpoint set credential = $3 where id = $1 and credential = $2', [
    id,
    before,
    after,
  ]);
}
