import { z } from 'zod';
import { RECORD_SCHEMAS, type RecordKind } from '../../../../connectors/kit/record.ts';
import { credentialForm } from '../../../../connectors/kit/credential-form.ts';
import type { ConnectorManifest } from '../../../../connectors/kit/manifest.ts';
import { listManifests, manifestOf } from '../../../connections/list-connectors.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { mappingVocabulary as vocabularyOf } from '../../../connections/mapping/mapping-vocabulary.ts';
import { connector, mappingVocabulary, type Connector } from '../../schemas/connector.ts';

const RECORD_KINDS = Object.keys(RECORD_SCHEMAS) as RecordKind[];

const listConnectors = defineEndpoint({
  method: 'get',
  path: '/connectors',
  summary: 'Lists the connectors of this build, with all that a form and a reader need.',
  act: 'connection.read',
  response: z.object({ items: z.array(connector) }),
  handle: () => Promise.resolve({ items: listManifests().map(present) }),
});

const readConnector = defineEndpoint({
  method: 'get',
  path: '/connectors/:connector',
  summary: 'Reads one connector of this build.',
  act: 'connection.read',
  params: z.object({ connector: z.string().max(100) }),
  response: connector,
  handle: ({ params }) => Promise.resolve(present(manifestOf(params.connector))),
});

const readVocabulary = defineEndpoint({
  method: 'get',
  path: '/mapping-vocabulary',
  summary: 'Lists the names that expressions over a kind of record may use, as they are checked.',
  act: 'connection.read',
  query: z.strictObject({ record: z.enum(RECORD_KINDS) }),
  response: mappingVocabulary,
  handle: ({ query }) => {
    const { fields, functions } = vocabularyOf(query.record);
    return Promise.resolve({
      fields: [...fields],
      functions: functions.map(({ takes, ...one }) => ({ ...one, takes: [...takes] })),
    });
  },
});

/** What can be connected, and what its mappings may say. */
export const connectorCatalogue: readonly Endpoint[] = [listConnectors, readConnector, readVocabulary];

function present(manifest: ConnectorManifest): Connector {
  const { id, version, title, description, support, needs, discovers, rebuilds, searches } = manifest;
  return {
    id,
    version,
    title,
    description,
    support,
    builtIn: needs.includes('embedded-search'),
    config: { ...manifest.config },
    auth: manifest.auth.map(({ type, title: name }) => ({
      type,
      title: name,
      fields: { ...credentialForm(type) },
    })),
    hosts: manifest.hosts.map((rule) => ({ ...rule })),
    checks: manifest.checks.map((check) => ({ ...check })),
    operations: Object.entries(manifest.operations).map(([operation, spec]) => ({
      id: operation,
      kind: spec.kind,
      title: spec.title,
      description: spec.description,
      input: spec.input,
      idempotency: spec.idempotency.via,
      dataClasses: [...spec.dataClasses],
      mapped: spec.mapping !== undefined,
    })),
    streams: Object.entries(manifest.streams).map(([stream, spec]) => ({
      id: stream,
      title: spec.title,
      description: spec.description,
    })),
    discovers,
    rebuilds,
    searches,
  };
}
