import { z } from 'zod';
import { listVersions } from '../../../../recorder-core/records/connection-versions.ts';
import { listConnections as query } from '../../../../recorder-core/records/connections.ts';
import { addConnection as add } from '../../../connections/add-connection.ts';
import { changeConnection, rollBackConnection } from '../../../connections/change-connection.ts';
import { requireConnection } from '../../../connections/find-connection.ts';
import { putCredential } from '../../../connections/put-credential.ts';
import { setMatterTags } from '../../../connections/set-matter-tags.ts';
import { forecastBackfill, startBackfill } from '../../../deliveries/back-fill.ts';
import { rotateSecrets } from '../../../connections/webhook-secrets.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import {
  connection,
  connectionChange,
  connectionDetail,
  connectionSecrets,
  connectionVersion,
  matterTagsBody,
  matterTagsPreview,
  newConnection,
  newCredential,
  rollBack,
} from '../../schemas/connection.ts';
import { id } from '../../schemas/primitives.ts';
import { mappingsShown, present, presentDetail, presentSecrets } from './present-connection.ts';

const listConnections = defineEndpoint({
  method: 'get',
  path: '/connections',
  summary: 'Lists the connections, without their credentials.',
  act: 'connection.read',
  query: z.object({ removed: z.enum(['true', 'false']).optional().describe('Removed ones too.') }),
  response: z.object({ items: z.array(connection) }),
  async handle({ tx, query: { removed }, ...showing }) {
    const rows = await query(tx, removed === 'true');
    return { items: rows.map((row) => present(row, showing)) };
  },
});

const readConnection = defineEndpoint({
  method: 'get',
  path: '/connections/:id',
  summary: 'Reads a connection: its configuration, mappings and checks, never its credential.',
  act: 'connection.read',
  params: z.object({ id }),
  response: connectionDetail,
  handle: async ({ params, tx, ...showing }) =>
    presentDetail(tx, await requireConnection(tx, params.id), showing),
});

const addConnection = defineEndpoint({
  method: 'post',
  path: '/connections',
  summary:
    'Makes a connection as a draft. One of signed webhooks is live at once, and its secrets are shown this once.',
  act: 'connection.manage',
  body: newConnection,
  response: connectionSecrets,
  status: 201,
  secret: true,
  handle: async ({ body, tx, ...calling }) =>
    presentSecrets(
      await add(tx, askingOf(calling), calling.services.keys, body, calling.services.reshape),
      calling,
    ),
});

const change = defineEndpoint({
  method: 'post',
  path: '/connections/:id/change',
  summary: 'Changes a connection, live or not: a new version, where configuration or mappings differ.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: connectionChange,
  response: connectionDetail,
  handle: async ({ params, body, tx, ...calling }) =>
    presentDetail(
      tx,
      await changeConnection(tx, askingOf(calling), params.id, body, calling.services.reshape),
      calling,
    ),
});

const matterTags = defineEndpoint({
  method: 'post',
  path: '/connections/:id/matter-tags',
  summary:
    'Says whether a connected system is told which matters hold a recording; for whoever places holds.',
  act: 'hold.place',
  params: z.object({ id }),
  body: matterTagsBody,
  response: connectionDetail,
  async handle({ params, body: { tags, resend }, tx, ...calling }) {
    const asking = askingOf(calling);
    const row = await setMatterTags(tx, asking, params.id, tags);
    // Whoever decides what is told may have it told anew: names that were sent stay over there until then.
    if (resend) await startBackfill(tx, asking, params.id, {});
    return presentDetail(tx, row, calling);
  },
});

const previewMatterTags = defineEndpoint({
  method: 'get',
  path: '/connections/:id/matter-tags',
  summary: 'What a connected system is told of matters, and how many recordings would be sent again.',
  act: 'hold.place',
  params: z.object({ id }),
  response: matterTagsPreview,
  async handle({ params, tx, now }) {
    const row = await requireConnection(tx, params.id);
    return { tags: row.matterTags, ...(await forecastBackfill(tx, row, now)) };
  },
});

const rollBackOne = defineEndpoint({
  method: 'post',
  path: '/connections/:id/roll-back',
  summary: 'Makes a new version that says again what an older one said.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: rollBack,
  response: connectionDetail,
  handle: async ({ params, body, tx, ...calling }) =>
    presentDetail(tx, await rollBackConnection(tx, askingOf(calling), params.id, body), calling),
});

const versions = defineEndpoint({
  method: 'get',
  path: '/connections/:id/versions',
  summary: 'Lists the versions of a connection, newest first.',
  act: 'connection.read',
  params: z.object({ id }),
  response: z.object({ items: z.array(connectionVersion) }),
  async handle({ params, tx }) {
    const row = await requireConnection(tx, params.id);
    const items = await listVersions(tx, row.id);
    return {
      items: items.map((version) => ({
        ...version,
        mappings: mappingsShown(version.mappings),
        reshapes: version.reshapes,
        madeBy: version.madeBy?.name ?? null,
        madeAt: version.madeAt.toISOString(),
      })),
    };
  },
});

const giveCredential = defineEndpoint({
  method: 'post',
  path: '/connections/:id/credential',
  summary: 'Gives a connection a credential, in the place of the one before.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: newCredential,
  response: connectionDetail,
  secret: true,
  async handle({ params, body, tx, ...calling }) {
    const { keys } = calling.services;
    const row = await putCredential(tx, askingOf(calling), keys, params.id, body.credential);
    return presentDetail(tx, row, calling);
  },
});

const rotate = defineEndpoint({
  method: 'post',
  path: '/connections/:id/rotate-secret',
  summary:
    'Gives a connection of signed webhooks new secrets, shown this once; those before are of use for a day more.',
  act: 'connection.manage',
  params: z.object({ id }),
  response: connectionSecrets,
  secret: true,
  handle: async ({ params, tx, ...calling }) =>
    presentSecrets(await rotateSecrets(tx, askingOf(calling), calling.services.keys, params.id), calling),
});

/** What a connection is, and how it is changed. */
export const connections: readonly Endpoint[] = [
  listConnections,
  addConnection,
  readConnection,
  change,
  matterTags,
  previewMatterTags,
  rollBackOne,
  versions,
  giveCredential,
  rotate,
];
