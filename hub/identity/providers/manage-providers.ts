import type { z } from 'zod';
import { firstFault } from '../../../connectors/kit/first-fault.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { JsonValue } from '../../../recorder-core/ledger/canonical-json.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import {
  deleteProvider,
  insertProvider,
  isNameTaken,
  lockProvider,
  updateProvider,
  type ProviderKind,
  type ProviderRow,
} from '../../../recorder-core/records/identity-providers.ts';
import { actedBy } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { listProviderSessions } from '../../../recorder-core/records/provider-sessions.ts';
import type { KeyProvider } from '../../../recorder-core/vault/key-provider.ts';
import { sealSecret } from '../../connections/credential-envelope.ts';
import type { Asking } from '../asking.ts';
import { endProviderSessions } from './end-provider-sessions.ts';
import { secretPlace } from './open-provider.ts';
import { mailDomains, oidcConfig, oidcSecret, samlConfig, samlSecret } from './provider-config.ts';

/** What an administrator says of a provider; the configuration is checked here. */
export interface ProviderContent {
  readonly name: string;
  readonly config: unknown;
  readonly domains: readonly string[];
}

/** Adds a provider as a draft: nobody signs in with it until it was tested. @throws HoldfastError `invalid_input`, `conflict`. */
export async function addProvider(
  tx: Tx,
  asking: Asking,
  kind: ProviderKind,
  content: ProviderContent,
): Promise<string> {
  const id = asking.newId(asking.now);
  const checked = check(kind, content);
  if (!(await insertProvider(tx, asking.tenantId, { id, kind, ...checked, at: asking.now })))
    throw nameTaken();
  await note(tx, asking, id, 'added', { kind });
  return id;
}

/**
 * Changes a provider. What was tested counts no longer, so it is a draft again and has to be tested, unless only its name,
 * its domains, its certificates or the names of attributes are others: keys must be changed without anybody locked out.
 * @throws HoldfastError `invalid_input`, `not_found`; `conflict` for a version that is not the current one.
 */
export async function changeProvider(
  tx: Tx,
  asking: Asking,
  id: string,
  change: ProviderContent & { readonly version: number },
): Promise<void> {
  const row = await requireProvider(tx, id);
  if (row.version !== change.version)
    throw new HoldfastError(
      'conflict',
      `Somebody changed this provider meanwhile: it has version ${row.version}. Look at it again.`,
      { field: '/body/version' },
    );
  const checked = check(row.kind, change);
  if (await isNameTaken(tx, id, checked.name)) throw nameTaken();
  const harmless = lasting(row.config) === lasting(checked.config);
  await write(tx, asking, row, { ...row, ...checked }, harmless);
  await note(tx, asking, id, 'changed', { version: row.version + 1, kept: harmless });
}

/** Gives a provider its secret, in the place of one before. @throws HoldfastError `invalid_input`, `not_found`. */
export async function putProviderSecret(
  tx: Tx,
  asking: Asking,
  keys: KeyProvider,
  id: string,
  secret: unknown,
): Promise<void> {
  const row = await requireProvider(tx, id);
  const given = parse(row.kind === 'saml' ? samlSecret : oidcSecret, secret, '/body/secret');
  const sealed = await sealSecret(keys, secretPlace(asking.tenantId, id, 'client'), given);
  await write(tx, asking, row, { ...row, sealed }, row.sealed !== null);
  await note(tx, asking, id, 'secret-given', { version: row.version + 1, replaced: row.sealed !== null });
}

/**
 * Opens a tested provider to people, or closes it: then nobody signs in with it, and the sessions that it began end.
 * @throws HoldfastError `not_found`; `conflict` where it was not tested as it stands.
 */
export async function moveProvider(tx: Tx, asking: Asking, id: string, to: 'live' | 'off'): Promise<void> {
  const row = await requireProvider(tx, id);
  if (row.state === to) return;
  if (to === 'live' && row.testedVersion !== row.version)
    throw new HoldfastError(
      'conflict',
      'This provider was not tested as it stands now. Make a test sign-in first; it changes nobody.',
    );
  await updateProvider(tx, id, { ...row, state: to, at: asking.now });
  const ended =
    to === 'off'
      ? await endProviderSessions(tx, asking.tenantId, await listProviderSessions(tx, id), {
          by: 'switched-off',
          now: asking.now,
        })
      : 0;
  await note(tx, asking, id, to === 'live' ? 'went-live' : 'switched-off', { sessionsEnded: ended });
}

/** Removes a provider that is not live, and who it said its people were. @throws HoldfastError `not_found`, `conflict`. */
export async function removeProvider(tx: Tx, asking: Asking, id: string): Promise<void> {
  const row = await requireProvider(tx, id);
  if (row.state === 'live')
    throw new HoldfastError('conflict', 'People sign in with this provider. Switch it off first.');
  await deleteProvider(tx, id);
  await note(tx, asking, id, 'removed', {});
}

/** One provider under a row lock. @throws HoldfastError `not_found`. */
export async function requireProvider(tx: Tx, id: string): Promise<ProviderRow> {
  const row = await lockProvider(tx, id);
  if (row !== undefined) return row;
  throw new HoldfastError('not_found', 'There is no identity provider with this id in your tenant.');
}

async function write(
  tx: Tx,
  { now }: Asking,
  before: ProviderRow,
  after: Pick<ProviderRow, 'name' | 'config' | 'sealed' | 'domains'>,
  harmless: boolean,
): Promise<void> {
  const version = before.version + 1;
  const stillTested = harmless && before.testedVersion === before.version;
  const { name, config, sealed, domains } = after;
  await updateProvider(tx, before.id, {
    ...{ name, config, sealed, domains, version, at: now },
    testedVersion: stillTested ? version : before.testedVersion,
    state: stillTested || before.state === 'off' ? before.state : 'draft',
  });
}

function check(kind: ProviderKind, { name, config, domains }: ProviderContent) {
  return {
    name: name.trim(),
    config: parse(kind === 'saml' ? samlConfig : oidcConfig, config, '/body/config'),
    domains: [...new Set(parse(mailDomains, domains, '/body/domains'))],
  };
}

function parse<S extends z.ZodType>(schema: S, value: unknown, field: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, says } = firstFault(result.error);
  const at = [field, ...path.map(String)].join('/');
  throw new HoldfastError('invalid_input', `${at}: ${says}. Correct this field.`, { field: at });
}

/** What of a configuration a test stands for. */
function lasting(config: unknown): string {
  const tried = Object.entries(Object(config) as Record<string, unknown>).filter(
    ([name]) => name !== 'certificates' && name !== 'attributes',
  );
  return JSON.stringify(tried.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nameTaken(): HoldfastError {
  return new HoldfastError(
    'conflict',
    'Another identity provider has this name. Choose one that tells them apart.',
    {
      field: '/body/name',
    },
  );
}

function note(
  tx: Tx,
  { tenantId, person, now }: Asking,
  id: string,
  outcome: string,
  facts: Readonly<Record<string, JsonValue>>,
): Promise<void> {
  return appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'configuration.changed', object: { type: 'identity-provider', id }, outcome, facts },
    actedBy(person),
  );
}
