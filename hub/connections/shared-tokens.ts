import { z } from 'zod';
import { credential } from '../../connectors/kit/auth.ts';
import {
  claimToken,
  readTokenRow,
  releaseToken,
  storeRefusal,
  storeToken,
  type TokenRow,
} from '../../recorder-core/records/connection-tokens.ts';
import { readConnection, replaceCredential } from '../../recorder-core/records/connections.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { openCredential, openSecret, sealCredential, sealSecret } from './credential-envelope.ts';
import { refreshAt } from './host/token-source.ts';
import type {
  ConnectionRef,
  MarkedLease,
  Token,
  TokenRecord,
  TokenRefusal,
  TokenStore,
} from './host/token-store.ts';

/** What tokens that all workers share rest on. */
export interface SharedTokensOptions {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly now: () => Date;
}

const sealedToken = z.strictObject({ mark: z.string(), accessToken: z.string().nullable() });
type SealedToken = z.infer<typeof sealedToken>;

const NOTHING: TokenRecord = { token: null, refusal: null };
/** How often a refresh token is put back that somebody else's change of the credential came before. */
const MOST_TRIES = 5;

/**
 * Tokens in PostgreSQL, sealed, for all workers. Who asks for one holds no lock meanwhile, only a numbered claim that
 * ends by itself; the refresh token that comes with a token is back in the credential before the token is used.
 */
export function createSharedTokens(options: SharedTokensOptions): TokenStore {
  const open = openSealed(options);
  const { db } = options;
  return {
    async read(of, mark) {
      const { row, givenAt } = await db.forTenant(of.tenantId, async (tx) => ({
        row: await readTokenRow(tx, of.connectionId),
        givenAt: (await readConnection(tx, of.connectionId))?.credentialAt ?? null,
      }));
      return row === undefined ? undefined : recordOf(row, await open(of, row.sealed), mark, givenAt);
    },
    async claim(of, mark, forMs) {
      const found = await db.forTenant(of.tenantId, async (tx) => {
        const row = await claimToken(tx, of.tenantId, of.connectionId, forMs);
        return row && { row, connection: await readConnection(tx, of.connectionId) };
      });
      if (found === undefined) return undefined;
      const { row, connection } = found;
      const opened = await open(of, row.sealed);
      const record = recordOf(row, opened, mark, connection?.credentialAt ?? null);
      try {
        const refreshToken = await refreshTokenIn(options, of, connection?.credential ?? null);
        return { ...record, fence: row.fence, refreshToken };
      } catch (error) {
        // Nobody waits for a claim that came to nothing.
        await db.forTenant(of.tenantId, (tx) => releaseToken(tx, of.connectionId, row.fence));
        throw error;
      }
    },
    async keep(of, lease, { refreshToken, ...token }) {
      const sealed = await seal(options, of, { mark: lease.mark, accessToken: token.accessToken });
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const change =
          refreshToken === null ? null : await withRefreshToken(options, of, lease, refreshToken);
        const kept = await db.forTenant(of.tenantId, (tx) =>
          keepIn(tx, of, lease, { sealed, token, change }),
        );
        if (kept !== 'again') return kept;
      }
      return false;
    },
    release: (of, lease, refusal) =>
      refusal === null
        ? db.forTenant(of.tenantId, (tx) => releaseToken(tx, of.connectionId, lease.fence))
        : refuse(options, of, lease, refusal),
  };
}

/** Keeps a refusal that all workers heed, and its leaf where it is news. */
async function refuse(
  options: SharedTokensOptions,
  of: ConnectionRef,
  lease: MarkedLease,
  { state, code, count, retryAt }: TokenRefusal,
): Promise<void> {
  const sealed = await seal(options, of, { mark: lease.mark, accessToken: null });
  const at = options.now();
  await options.db.forTenant(of.tenantId, async (tx) => {
    const before = await readTokenRow(tx, of.connectionId);
    const row = { state, code, refusals: count, retryAt: new Date(retryAt), sealed, at };
    const stored = await storeRefusal(tx, of.connectionId, lease.fence, row);
    if (!stored || before?.state === state) return;
    await note(tx, of, 'token.refused', at, { state, ...(code === null ? {} : { code }) });
    if (state === 'needs-consent') await raiseMissingConsent(tx, of, at);
  });
}

/** Somebody has to act: nothing is sent until a person consents anew. A draft has just not been consented to yet. */
async function raiseMissingConsent(
  tx: Tx,
  { tenantId, connectionId }: ConnectionRef,
  at: Date,
): Promise<void> {
  const state = (await readConnection(tx, connectionId))?.state;
  if (state !== 'live' && state !== 'paused') return;
  await openIncident(tx, {
    tenantId,
    key: `connection/${connectionId}/consent`,
    kind: 'availability',
    severity: 'medium',
    title: 'A connection needs a new consent, and nothing is sent there until then',
    detector: 'connection-token',
    detectedAt: at,
    facts: { connection: connectionId },
    now: at,
    newId: (when) => newId(when.getTime()),
  });
}

/** Keeps token and refresh token together or neither; `again` where the credential was changed meanwhile. */
async function keepIn(
  tx: Tx,
  of: ConnectionRef,
  { fence }: MarkedLease,
  got: {
    readonly sealed: Buffer;
    readonly token: Token;
    readonly change: { readonly before: Buffer; readonly after: Buffer } | null;
  },
): Promise<boolean | 'again'> {
  const { sealed, token, change } = got;
  const { connectionId } = of;
  const before = await readTokenRow(tx, connectionId);
  // The credential first: where another one stands there by now, the token row must stay as it is.
  if (change !== null && !(await replaceCredential(tx, connectionId, change.before, change.after)))
    return 'again';
  const renewAt = refreshAt(token);
  const obtainedAt = new Date(token.obtainedAt);
  const stored = await storeToken(tx, connectionId, fence, {
    sealed,
    obtainedAt,
    expiresAt: token.expiresAt === null ? null : new Date(token.expiresAt),
    refreshAt: renewAt === null ? null : new Date(renewAt),
  });
  if (stored && (before?.state === 'refused' || before?.state === 'needs-consent'))
    await note(tx, of, 'token.restored', obtainedAt, {});
  return stored;
}

/** The credential with the refresh token in it; null where a person has given another meanwhile, which then stands. */
async function withRefreshToken(
  { db, keys }: SharedTokensOptions,
  { tenantId, connectionId }: ConnectionRef,
  lease: MarkedLease,
  refreshToken: string,
): Promise<{ readonly before: Buffer; readonly after: Buffer } | null> {
  const row = await db.forTenant(tenantId, (tx) => readConnection(tx, connectionId));
  const before = row?.credential ?? null;
  if (before === null) return null;
  const opened = credential.safeParse(await openCredential(keys, tenantId, connectionId, before));
  if (!opened.success || opened.data.type !== 'oauth2_code') return null;
  if (opened.data.refreshToken !== lease.refreshToken) return null;
  const after = await sealCredential(keys, tenantId, connectionId, { ...opened.data, refreshToken });
  return { before, after };
}

async function refreshTokenIn(
  { keys }: SharedTokensOptions,
  { tenantId, connectionId }: ConnectionRef,
  sealed: Buffer | null,
): Promise<string | null> {
  const opened = credential.safeParse(await openCredential(keys, tenantId, connectionId, sealed));
  return opened.success && opened.data.type === 'oauth2_code' ? opened.data.refreshToken : null;
}

/** What a row says of a credential: nothing, where it is about another or a person has given one since it was refused. */
function recordOf(
  row: TokenRow,
  opened: SealedToken | undefined,
  mark: string,
  givenAt: Date | null,
): TokenRecord {
  if (opened?.mark !== mark) return NOTHING;
  const { obtainedAt, expiresAt, state, code, refusals, retryAt, changedAt } = row;
  const token =
    opened.accessToken === null || obtainedAt === null
      ? null
      : {
          accessToken: opened.accessToken,
          obtainedAt: obtainedAt.getTime(),
          expiresAt: expiresAt?.getTime() ?? null,
        };
  const refused = (state === 'refused' || state === 'needs-consent') && retryAt !== null;
  if (!refused || (givenAt !== null && givenAt > changedAt)) return { token, refusal: null };
  return { token, refusal: { state, code, count: refusals, retryAt: retryAt.getTime() } };
}

/** Opens sealed tokens, each once: who waits for a new one looks often. One that does not open is as if it were not there. */
function openSealed({ keys }: SharedTokensOptions) {
  const last = new Map<string, { readonly sealed: Buffer; readonly opened: SealedToken | undefined }>();
  return async (of: ConnectionRef, sealed: Buffer | null): Promise<SealedToken | undefined> => {
    if (sealed === null) return undefined;
    const key = `${of.tenantId}/${of.connectionId}`;
    const known = last.get(key);
    if (known?.sealed.equals(sealed) === true) return known.opened;
    const plain = await openSecret(keys, { ...of, field: 'token' }, sealed).catch(() => undefined);
    const parsed = sealedToken.safeParse(plain);
    const opened = parsed.success ? parsed.data : undefined;
    last.set(key, { sealed, opened });
    return opened;
  };
}

function seal({ keys }: SharedTokensOptions, of: ConnectionRef, token: SealedToken): Promise<Buffer> {
  return sealSecret(keys, { ...of, field: 'token' }, token);
}

function note(
  tx: Tx,
  { tenantId, connectionId }: ConnectionRef,
  act: 'token.refused' | 'token.restored',
  at: Date,
  facts: Readonly<Record<string, string>>,
): Promise<void> {
  const outcome = act === 'token.refused' ? 'refused' : 'done';
  return appendLeaf(tx, tenantId, {
    at,
    act,
    object: { type: 'connection', id: connectionId },
    outcome,
    facts,
  });
}
