import { z } from 'zod';
import { checkConnection } from '../../../connections/check-connection.ts';
import { discoverFields, readFields, type FieldsFound } from '../../../connections/discover-fields.ts';
import { dryRun, type TriedRecord } from '../../../connections/dry-run.ts';
import { requireConnection } from '../../../connections/find-connection.ts';
import { previewMapping } from '../../../connections/preview-mapping.ts';
import { linksUnder } from '../../../connections/records-to-try.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import type { Services } from '../../services.ts';
import { connectionDetail } from '../../schemas/connection.ts';
import {
  dryRunBody,
  dryRunResult,
  fieldsFound,
  previewBody,
  previewResult,
} from '../../schemas/connector.ts';
import { id } from '../../schemas/primitives.ts';
import { presentDetail } from './present-connection.ts';

const check = defineEndpoint({
  method: 'post',
  path: '/connections/:id/check',
  summary: 'Runs the checks of a connection, or one of them, and keeps what each found.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: z.strictObject({ check: z.string().max(100).optional().describe('One alone.') }),
  response: connectionDetail,
  remote: true,
  handle: ({ params, body, tx: _tx, ...calling }) =>
    Promise.resolve(async () => {
      const asking = askingOf(calling);
      await checkConnection(dependencies(calling.services), asking, params.id, body.check);
      return calling.services.db.forTenant(asking.tenantId, async (tx) =>
        presentDetail(tx, await requireConnection(tx, params.id), calling),
      );
    }),
});

const discover = defineEndpoint({
  method: 'post',
  path: '/connections/:id/discover',
  summary:
    'Asks the remote system for its objects and fields, and tells what changed since they were last asked for.',
  act: 'connection.manage',
  params: z.object({ id }),
  response: fieldsFound,
  remote: true,
  handle: ({ params, tx: _tx, ...calling }) =>
    Promise.resolve(async () =>
      presentFields(await discoverFields(dependencies(calling.services), askingOf(calling), params.id)),
    ),
});

const fields = defineEndpoint({
  method: 'get',
  path: '/connections/:id/fields',
  summary: 'Reads the objects and fields of the remote system as they were last found.',
  act: 'connection.read',
  params: z.object({ id }),
  response: fieldsFound,
  handle: async ({ params, tx }) => presentFields(await readFields(tx, params.id)),
});

const tryOut = defineEndpoint({
  method: 'post',
  path: '/connections/:id/dry-run',
  summary:
    'Tells what an operation would do with each record and what the remote side has, and writes nothing.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: dryRunBody,
  response: dryRunResult,
  remote: true,
  handle: ({ params, body, tx: _tx, ...calling }) =>
    Promise.resolve(async () => {
      const tried = await dryRun(dependencies(calling.services), askingOf(calling), params.id, body);
      return { items: tried.map(presentTried) };
    }),
});

const preview = defineEndpoint({
  method: 'post',
  path: '/connections/:id/preview',
  summary: 'Shows what each row of a mapping makes of one record, without asking the remote side.',
  act: 'connection.manage',
  params: z.object({ id }),
  body: previewBody,
  response: previewResult,
  remote: true,
  handle: ({ params, body, tx: _tx, ...calling }) =>
    Promise.resolve(async () => {
      const deps = dependencies(calling.services);
      const { record, rows } = await previewMapping(deps, askingOf(calling), params.id, body);
      return { record: record === null ? null : { ...record }, items: [...rows] };
    }),
});

/** What asks the remote system, and writes nothing there. */
export const askConnection: readonly Endpoint[] = [check, discover, fields, tryOut, preview];

function dependencies(services: Services) {
  const { db, keys, connectorHost, exports, reshape } = services;
  return { db, keys, host: connectorHost, reshape, links: linksUnder(exports.publicUrl) };
}

function presentTried({ error, fields: tried, ...record }: TriedRecord) {
  return {
    ...record,
    error:
      error === null
        ? null
        : { class: error.class, title: error.title, fix: error.fix, field: error.field ?? null },
    fields: [...tried],
  };
}

function presentFields({ found, changes, faults }: FieldsFound): z.input<typeof fieldsFound> {
  return {
    foundAt: found?.foundAt.toISOString() ?? null,
    objects: (found?.catalog.objects ?? []).map(({ fields: list, ...object }) => ({
      ...object,
      fields: [...list],
    })),
    changes: [...changes],
    faults: [...faults],
  };
}
