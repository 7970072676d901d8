import type { Endpoint } from './endpoint.ts';
import {
  jsonOf,
  parametersOf,
  PROBLEM,
  schemaOf,
  UNSAFE_HEADERS,
  type Json,
} from './openapi-paths/describe-schema.ts';
import { CSV_PATHS, csvPathsOf } from './openapi-paths/file-paths.ts';
import { LOG_PATHS } from './openapi-paths/log-paths.ts';
import { MEDIA_PATHS } from './openapi-paths/media-paths.ts';
import { SESSION_PATHS } from './openapi-paths/session-paths.ts';
import { problem } from './schemas/primitives.ts';

/** The OpenAPI 3.1 document of the API, made from the same schemas that check its requests. */
export function describeApi(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Json> = {
    ...SESSION_PATHS,
    ...MEDIA_PATHS,
    ...CSV_PATHS,
    ...csvPathsOf(endpoints),
    ...LOG_PATHS,
  };
  for (const endpoint of endpoints) {
    const path = `/api/v1${endpoint.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [endpoint.method]: describeEndpoint(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description: 'Recordings, holds and custody. Errors are problem documents (RFC 9457).',
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problem) },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'holdfast_session' },
        serviceToken: { type: 'http', scheme: 'bearer', description: 'The token of a service account.' },
      },
    },
    security: [{ session: [] }, { serviceToken: [] }],
  };
}

function describeEndpoint(endpoint: Endpoint): Json {
  const unsafe = endpoint.method !== 'get';
  return {
    summary: endpoint.summary,
    ...(endpoint.act === undefined ? {} : { 'x-act': endpoint.act }),
    parameters: [
      ...parametersOf('path', endpoint.params),
      ...parametersOf('query', endpoint.query),
      ...(unsafe ? UNSAFE_HEADERS : []),
    ],
    ...(endpoint.body === undefined
      ? {}
      : { requestBody: { required: true, content: jsonOf(endpoint.body) } }),
    responses: {
      [endpoint.status ?? 200]: { description: 'Done.', content: jsonOf(endpoint.response) },
      default: PROBLEM,
    },
  };
}
