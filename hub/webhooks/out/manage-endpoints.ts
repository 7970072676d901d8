import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { JsonValue } from '../../../recorder-core/ledger/canonical-json.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { actedBy } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf, readLogSize } from '../../../recorder-core/records/ledger-log.ts';
import {
  changeEndpoint,
  insertEndpoint,
  lockEndpoint,
  readEndpoint,
  type EndpointChange,
  type Signing,
  type WebhookEndpoint,
} from '../../../recorder-core/records/webhook-endpoints.ts';
import { sequenceLeaves } from '../../../recorder-core/records/sequence-leaves.ts';
import { noteCauseEnded } from '../../../recorder-core/records/note-incident.ts';
import type { KeyProvider } from '../../../recorder-core/vault/key-provider.ts';
import type { Asking } from '../../identity/asking.ts';
import { isChoice } from './event-catalogue.ts';
import { makeKeys, openKeys } from './endpoint-keys.ts';

/** What a person says of an endpoint. */
export interface EndpointWish {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  /** Types of events, exact, as `hold.*`, or `*`. */
  readonly types: readonly string[];
}

/** An endpoint with the secret that is shown this once; null where the public key is enough. */
export interface ShownEndpoint {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string | null;
  readonly olderUntil: string | null;
}

/**
 * Makes an endpoint that is told what happens from now on.
 * @throws HoldfastError `invalid_input` with the field, `conflict` for a name that is taken.
 */
export async function addEndpoint(
  tx: Tx,
  asking: Asking,
  root: KeyProvider,
  wish: EndpointWish & { readonly signing: Signing },
): Promise<ShownEndpoint> {
  requireSound(wish);
  const { tenantId, now } = asking;
  const id = asking.newId(now);
  const { secret, ...keys } = await makeKeys(root, { tenantId, endpointId: id }, wish.signing, now);
  const { name, description, url, types, signing } = wish;
  const made = { id, name, description, url, types, signing, createdAt: now };
  await sequenceLeaves(tx, tenantId); // what was before has its place, so that it is not told
  if (!(await insertEndpoint(tx, tenantId, { ...made, ...keys }))) throw nameTaken();
  await note(tx, asking, id, 'added', { signing, types: [...types] });
  return { endpoint: await requireEndpoint(tx, id), secret, olderUntil: null };
}

/** Changes what is named of an endpoint. Errors as `addEndpoint`, and `not_found`. */
export async function editEndpoint(
  tx: Tx,
  asking: Asking,
  id: string,
  wish: Partial<EndpointWish>,
): Promise<WebhookEndpoint> {
  const before = await requireEndpoint(tx, id);
  requireSound({ ...before, ...wish });
  const change: EndpointChange = {
    ...wish,
    // Another address has earned neither the mistrust nor the rest of the one before.
    ...(wish.url !== undefined && wish.url !== before.url && FRESH),
  };
  if (!(await changeEndpoint(tx, id, change))) throw nameTaken();
  await note(tx, asking, id, 'changed', {
    changed: Object.keys(wish).sort(),
    types: [...(wish.types ?? before.types)],
  });
  return requireEndpoint(tx, id);
}

/** Gives an endpoint a new key; the one before signs besides it for a day, so that the other side can change over. */
export async function rotateEndpoint(
  tx: Tx,
  asking: Asking,
  root: KeyProvider,
  id: string,
): Promise<ShownEndpoint> {
  const { tenantId, now } = asking;
  const before = await requireEndpoint(tx, id);
  const older = await openKeys(root, tenantId, before);
  const { credential, publicKeys, secret, olderUntil } = await makeKeys(
    root,
    { tenantId, endpointId: id },
    before.signing,
    now,
    older,
  );
  await changeEndpoint(tx, id, { credential, publicKeys });
  await note(tx, asking, id, 'key-rotated', { signing: before.signing, olderUntil });
  return { endpoint: await requireEndpoint(tx, id), secret, olderUntil };
}

/** Stops telling an endpoint anything; what it is owed waits. */
export async function disableEndpoint(tx: Tx, asking: Asking, id: string): Promise<WebhookEndpoint> {
  const before = await requireEndpoint(tx, id);
  if (before.state === 'disabled') return before;
  await changeEndpoint(tx, id, { state: 'disabled', stateReason: 'person', stateSince: asking.now });
  await note(tx, asking, id, 'disabled', { reason: 'person' });
  return requireEndpoint(tx, id);
}

/**
 * Tells an endpoint again; what happened meanwhile is sent as well, unless `missed` is to be skipped. The incident of an endpoint
 * that was given up is contained by it.
 */
export async function enableEndpoint(
  tx: Tx,
  asking: Asking,
  id: string,
  missed: 'send' | 'skip',
): Promise<WebhookEndpoint> {
  const before = await requireEndpoint(tx, id);
  if (before.state === 'enabled') return before;
  if (missed === 'skip') await sequenceLeaves(tx, asking.tenantId);
  await changeEndpoint(tx, id, {
    state: 'enabled',
    stateReason: null,
    stateSince: asking.now,
    ...FRESH,
    ...(missed === 'skip' && { nextIndex: await readLogSize(tx) }),
  });
  await noteCauseEnded(tx, {
    tenantId: asking.tenantId,
    key: `endpoint/${id}`,
    facts: { endpoint: id, enabled: true },
    now: asking.now,
    newId: asking.newId,
  });
  await note(tx, asking, id, 'enabled', { missed });
  return requireEndpoint(tx, id);
}

/** Removes an endpoint for good; its delivery log stays as long as others do. */
export async function removeEndpoint(tx: Tx, asking: Asking, id: string): Promise<void> {
  await requireEndpoint(tx, id);
  await changeEndpoint(tx, id, { state: 'removed', stateReason: 'person', stateSince: asking.now });
  await note(tx, asking, id, 'removed', {});
}

/** Has a test event sent to an enabled endpoint, on the way of every other event. @throws `not_found`, `conflict`. */
export async function testEndpoint(tx: Tx, asking: Asking, id: string): Promise<void> {
  const { state } = await requireEndpoint(tx, id);
  if (state !== 'enabled')
    throw new HoldfastError(
      'conflict',
      'The endpoint is disabled, so nothing is sent to it. Enable it first.',
    );
  const { tenantId, now, person } = asking;
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'endpoint.tested', object: { type: 'endpoint', id }, outcome: 'done' },
    actedBy(person),
  );
}

const FRESH = { failures: 0, failingSince: null, pausedUntil: null } as const;

/** The endpoint under its lock, for whoever changes it. @throws HoldfastError `not_found`. */
export async function requireEndpoint(tx: Tx, id: string): Promise<WebhookEndpoint> {
  const found = await lockEndpoint(tx, id);
  if (found !== undefined) return found;
  throw notFound();
}

/** The endpoint, for whoever only reads it. @throws HoldfastError `not_found`. */
export async function findEndpoint(tx: Tx, id: string): Promise<WebhookEndpoint> {
  const found = await readEndpoint(tx, id);
  if (found !== undefined) return found;
  throw notFound();
}

function notFound(): HoldfastError {
  return new HoldfastError('not_found', 'There is no endpoint of webhooks with this id in your tenant.');
}

/** Why an endpoint cannot have an address, or undefined. */
export function addressFault(url: string): string | undefined {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol))
    return 'The address must be a complete http or https address.';
  const { username, password, hash } = address;
  return username === '' && password === '' && hash === ''
    ? undefined
    : 'The address must have no user, password or fragment.';
}

function requireSound({ url, types }: Pick<EndpointWish, 'url' | 'types'>): void {
  const wrong = addressFault(url);
  if (wrong !== undefined) throw refused('/body/url', wrong);
  if (types.length === 0)
    throw refused('/body/types', 'Choose at least one type of event, or * for all of them.');
  const unknown = types.findIndex((type) => !isChoice(type));
  if (unknown !== -1)
    throw refused(
      `/body/types/${unknown}`,
      `There is no type of event "${types[unknown]}". \`holdfast webhook types\` lists them; hold.* takes all of a topic.`,
    );
}

function refused(field: string, message: string): HoldfastError {
  return new HoldfastError('invalid_input', message, { field });
}

function nameTaken(): HoldfastError {
  return new HoldfastError('conflict', 'An endpoint of this name exists. Choose another name.', {
    field: '/body/name',
  });
}

/** Enters a change of an endpoint into the ledger; never its address or keys. */
export async function note(
  tx: Tx,
  { tenantId, person, now }: Asking,
  id: string,
  outcome: string,
  facts: Readonly<Record<string, JsonValue>>,
): Promise<void> {
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'configuration.changed', object: { type: 'endpoint', id }, outcome, facts },
    actedBy(person),
  );
}
