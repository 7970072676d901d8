import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Act } from '../../../../recorder-core/policy/access.ts';
import { listConfiguredObjects } from '../../../../recorder-core/records/configuration-files.ts';
import {
  CONFIGURATION_KINDS,
  listConfiguration,
  readConfigurationContent,
  type ConfigurationEntry,
  type ConfigurationKind,
} from '../../../../recorder-core/records/configuration-history.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { actsOf } from '../../../access/acts-of.ts';
import { changesBetween } from '../../../config-as-code/field-changes.ts';
import { readDrift } from '../../../config-as-code/read-drift.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { requireAct } from '../../require-identity.ts';
import {
  configurationDiff,
  configurationDiffQuery,
  configurationDrift,
  configurationPage,
  configurationQuery,
} from '../../schemas/configuration.ts';
import { decodeConfigurationCursor, encodeConfigurationCursor } from './configuration-cursor.ts';

/** The right to read a thing is the right to read what it said before. */
const ACT_OF: Readonly<Record<ConfigurationKind, Act>> = {
  connection: 'connection.read',
  webhook: 'connection.read',
  'hr-mapping': 'connection.read',
  file: 'connection.read',
  'access-policy': 'access-policy.read',
  policy: 'policy.read',
  'rule-pack': 'policy.read',
  'identity-provider': 'identity-provider.read',
  'role-rules': 'identity-provider.read',
  'role-mapping': 'person.read',
  'incident-levels': 'incident.read',
  'access-rules': 'incident.read',
};
const MOST_CHANGES = 500;
/** Versions among which one and the one before it are looked for. */
const LOOKED_THROUGH = 1_000;

const history = defineEndpoint({
  method: 'get',
  path: '/configuration',
  summary:
    'Lists the versions of everything that is configured, newest first: who changed what, when and why.',
  act: 'system.read',
  query: configurationQuery,
  response: configurationPage,
  async handle({ query: { kind, objectId, cursor, limit }, tx, identity, services, now }) {
    if (kind !== undefined) await requireAct(identity, ACT_OF[kind], services, now);
    const acts = await actsOf(tx, identity, now);
    const seen = CONFIGURATION_KINDS.filter((one) => acts.includes(ACT_OF[one]));
    const found = await listConfiguration(tx, {
      kinds: kind === undefined ? seen : [kind],
      objectId,
      below: cursor === undefined ? undefined : decodeConfigurationCursor(cursor),
      limit: limit + 1,
    });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      ...(found.length > limit && last !== undefined && { nextCursor: encodeConfigurationCursor(last) }),
      hidden: CONFIGURATION_KINDS.filter((one) => !seen.includes(one)),
    };
  },
});

const diff = defineEndpoint({
  method: 'get',
  path: '/configuration/diff',
  summary: 'What differs between a version and another of the same thing, or the one before it.',
  act: 'system.read',
  query: configurationDiffQuery,
  response: configurationDiff,
  async handle({ query, tx, identity, services, now }) {
    const { kind, objectId } = query;
    await requireAct(identity, ACT_OF[kind], services, now);
    const versions = await listConfiguration(tx, { kinds: [kind], objectId, limit: LOOKED_THROUGH });
    const to = versions.find(({ version }) => version === query.version);
    if (to === undefined) throw noVersion('/query/version');
    const from =
      query.from === undefined
        ? versions[versions.indexOf(to) + 1]
        : versions.find(({ version }) => version === query.from);
    if (query.from !== undefined && from === undefined) throw noVersion('/query/from');
    const content = await contentOf(tx, to);
    const before = from === undefined ? {} : ((await contentOf(tx, from)) ?? {});
    const changes = changesBetween(before, content ?? {});
    return {
      from: from ?? null,
      to,
      content,
      changes: changes.slice(0, MOST_CHANGES),
      more: Math.max(0, changes.length - MOST_CHANGES),
    };
  },
});

const drift = defineEndpoint({
  method: 'get',
  path: '/configuration/drift',
  summary: 'What other hands changed of what applied configuration files speak for.',
  act: 'connection.read',
  response: configurationDrift,
  async handle({ tx, ...calling }) {
    const { keys, reshape } = calling.services;
    const managed = await listConfiguredObjects(tx);
    const items = await readDrift(tx, { asking: askingOf(calling), keys, reshape });
    return {
      files: new Set(managed.map(({ source }) => source)).size,
      objects: managed.length,
      items: items.map(({ changes, ...one }) => ({
        ...one,
        changes: changes.map((change) => ({ ...change })),
      })),
    };
  },
});

/** What is configured, what it said before, and what differs from the files that speak for it. */
export const configurationHistory: readonly Endpoint[] = [history, diff, drift];

async function contentOf(
  tx: Tx,
  { kind, objectId, version }: ConfigurationEntry,
): Promise<Record<string, unknown> | null> {
  const content = await readConfigurationContent(tx, kind, objectId, version);
  if (content !== undefined) return content === null ? null : { ...content };
  throw new HoldfastError(
    'not_found',
    'What this version says is not kept here. Of an applied file the versions of what it changed are kept.',
    { field: '/query/kind' },
  );
}

function noVersion(field: string): HoldfastError {
  return new HoldfastError('not_found', 'There is no such version. The history lists those that there are.', {
    field,
  });
}
