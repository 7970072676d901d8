import { z } from 'zod';
import { isFile, type Endpoint } from './endpoint.ts';
import { passkeySignIn, passkeySignInQuestion, stepUpProof, stepUpState } from './schemas/authenticator.ts';
import { accessLogQuery } from './schemas/access-log.ts';
import { changeEvent } from './schemas/change.ts';
import { leafQuery } from './schemas/ledger.ts';
import { problem } from './schemas/primitives.ts';
import { recordingCsvQuery } from './schemas/recording.ts';
import { callRecordImport } from './schemas/report.ts';
import { ownPassword, passwordSignIn, session, signIn } from './schemas/session.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the API, made from the same schemas that check its requests. */
export function describeApi(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Json> = {
    ...SESSION_PATHS,
    ...STEP_UP_PATH,
    ...AUDIO_PATH,
    ...CHANGES_PATH,
    ...CSV_PATH,
    ...csvPathsOf(endpoints),
    ...REPORT_PATHS,
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

function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof property['description'] === 'string' ? { description: property['description'] } : {}),
    schema: property,
  }));
}

function jsonOf(schema: z.ZodType): Json {
  return { 'application/json': { schema: schemaOf(schema, 'input') } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const described: Json = z.toJSONSchema(schema, { io });
  delete described['$schema']; // the document names its dialect once
  return described;
}

const PROBLEM = {
  description: 'A problem document.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
const UNSAFE_HEADERS = [
  { name: 'X-Holdfast-Console', in: 'header', required: true, schema: { type: 'string', const: '1' } },
  {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', minLength: 8, maxLength: 200 },
  },
];
const SESSION_PATHS: Record<string, Json> = {
  '/api/v1/session': {
    get: {
      summary: 'Who is signed in.',
      responses: { 200: { description: 'The session.', content: jsonOf(session) }, default: PROBLEM },
    },
    post: {
      summary: 'Signs in with a one-time link.',
      security: [],
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(signIn) },
      responses: { 200: { description: 'Signed in.', content: jsonOf(session) }, default: PROBLEM },
    },
    delete: {
      summary: 'Signs out.',
      parameters: [UNSAFE_HEADERS[0]],
      responses: { 204: { description: 'Signed out.' }, default: PROBLEM },
    },
  },
  '/api/v1/session/password': {
    post: {
      summary: 'Signs in with a password that is kept here.',
      security: [],
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(passwordSignIn) },
      responses: { 200: { description: 'Signed in.', content: jsonOf(session) }, default: PROBLEM },
    },
  },
  '/api/v1/session/passkey/begin': {
    post: {
      summary: 'Begins a sign-in with a passkey; the answer is for navigator.credentials.get.',
      security: [],
      parameters: [UNSAFE_HEADERS[0]],
      responses: {
        200: { description: 'The question.', content: jsonOf(passkeySignInQuestion) },
        default: PROBLEM,
      },
    },
  },
  '/api/v1/session/passkey/finish': {
    post: {
      summary: 'Signs in with the passkey that answered.',
      security: [],
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(passkeySignIn) },
      responses: { 200: { description: 'Signed in.', content: jsonOf(session) }, default: PROBLEM },
    },
  },
  '/api/v1/session/own-password': {
    post: {
      summary: "Sets the asker's own password and ends their other sessions.",
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(ownPassword) },
      responses: { 200: { description: 'Set.', content: jsonOf(session) }, default: PROBLEM },
    },
  },
};
const STEP_UP_PATH: Record<string, Json> = {
  '/api/v1/step-up/finish': {
    post: {
      summary:
        'The proof of presence. A good one counts for this session for five minutes, which gets another cookie.',
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(stepUpProof) },
      responses: { 200: { description: 'Proven.', content: jsonOf(stepUpState) }, default: PROBLEM },
    },
  },
};
const AUDIO_PATH: Record<string, Json> = {
  '/api/v1/recordings/{id}/audio': {
    get: {
      summary:
        'The recording as WAV, one channel a party; answers byte ranges. Each request for sound is a ledger leaf.',
      'x-act': 'recording.play',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        { name: 'Range', in: 'header', required: false, schema: { type: 'string' } },
      ],
      responses: {
        200: { description: 'The whole file.', content: { 'audio/wav': {} } },
        206: { description: 'A range of it.', content: { 'audio/wav': {} } },
        416: { description: 'The range lies beyond the end.' },
        default: PROBLEM,
      },
    },
  },
};
const CHANGES_PATH: Record<string, Json> = {
  '/api/v1/changes': {
    get: {
      summary:
        'Which kinds of things change, as server-sent events: `anew` (everything may have changed), `on` (what was missed after Last-Event-ID) and `changed`. Ends with the session. Asked for JSON, it answers of which kinds the asker is told.',
      parameters: [{ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } }],
      responses: {
        200: {
          description: 'Events, each with this as its data; comments while nothing changes.',
          content: { 'text/event-stream': { schema: schemaOf(changeEvent) }, ...jsonOf(changeEvent) },
        },
        default: PROBLEM,
      },
    },
  },
};
const CSV_ANSWER: Json = {
  200: { description: 'The rows.', content: { 'text/csv': {} } },
  default: PROBLEM,
};
const CSV_PATH: Record<string, Json> = {
  '/api/v1/recordings/csv': {
    get: {
      summary:
        'What the list of recordings shows, as CSV, newest first; 100,000 rows at most, and a last row that says so where it was cut. Each file is a ledger leaf.',
      'x-act': 'recording.list',
      parameters: parametersOf('query', recordingCsvQuery),
      responses: CSV_ANSWER,
    },
  },
  '/api/v1/ledger/leaves/csv': {
    get: {
      summary: 'What a search of the ledger finds, as CSV, youngest first; 100,000 rows at most.',
      'x-act': 'ledger.read',
      parameters: parametersOf('query', leafQuery),
      responses: CSV_ANSWER,
    },
  },
  '/api/v1/access-log/csv': {
    get: {
      summary: 'What a search of the access log finds, as CSV, youngest first; 100,000 rows at most.',
      'x-act': 'ledger.read',
      parameters: parametersOf('query', accessLogQuery),
      responses: CSV_ANSWER,
    },
  },
};

/** The lists that can be had as a file: as their endpoint describes them, without pages. */
function csvPathsOf(endpoints: readonly Endpoint[]): Record<string, Json> {
  return Object.fromEntries(
    endpoints.filter(isFile).map(({ path, act, query }) => [
      `/api/v1${path}/csv`,
      {
        get: {
          summary:
            'All that the list shows under the same filters, as CSV; 100,000 rows at most, and a last row that says so where it was cut. Each file is a ledger leaf.',
          'x-act': act,
          parameters: query === undefined ? [] : parametersOf('query', query),
          responses: CSV_ANSWER,
        },
      },
    ]),
  );
}

const REPORT_PATHS: Record<string, Json> = {
  '/api/v1/reports/{id}/{kind}': {
    get: {
      summary:
        'A sealed compliance report: the JSON with its signature, or the PDF. Each time is a ledger leaf.',
      'x-act': 'report.read',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        {
          name: 'kind',
          in: 'path',
          required: true,
          schema: { type: 'string', enum: ['report.json', 'report.pdf'] },
        },
      ],
      responses: {
        200: { description: 'The file.', content: { 'application/json': {}, 'application/pdf': {} } },
        default: PROBLEM,
      },
    },
  },
  '/api/v1/requests/{id}/letter': {
    get: {
      summary: 'The answer to a request as pages for the person.',
      'x-act': 'request.read',
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
      responses: { 200: { description: 'The pages.', content: { 'application/pdf': {} } }, default: PROBLEM },
    },
  },
  '/api/v1/call-records/sources/{name}/import': {
    post: {
      summary:
        'Takes in an export of a telephone system, line by line as it comes; the same again changes nothing.',
      'x-act': 'report.make',
      parameters: [
        { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
        ...UNSAFE_HEADERS,
      ],
      requestBody: { required: true, content: { 'text/csv': {} } },
      responses: {
        200: { description: 'What was counted.', content: jsonOf(callRecordImport) },
        default: PROBLEM,
      },
    },
  },
};
const LOG_PATHS: Record<string, Json> = {
  '/api/v1/ledger/checkpoint': {
    get: {
      summary: 'The newest published checkpoint with its cosignatures, a C2SP signed note.',
      'x-act': 'ledger.read',
      responses: {
        200: { description: 'The note.', content: { 'text/plain': {} } },
        default: PROBLEM,
      },
    },
  },
  '/api/v1/ledger/tile/{path}': {
    get: {
      summary: 'Hashes or entries of the log in the layout of C2SP tlog-tiles.',
      'x-act': 'ledger.read',
      parameters: [
        {
          name: 'path',
          in: 'path',
          required: true,
          description: 'Level and number of the tile, for example "0/x001/234" or "entries/000.p/12".',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: { description: 'The tile.', content: { 'application/octet-stream': {} } },
        default: PROBLEM,
      },
    },
  },
  '/api/v1/ledger/proof/{index}': {
    get: {
      summary: 'That one entry stands in the newest published checkpoint, a C2SP tlog-proof.',
      'x-act': 'ledger.read',
      parameters: [
        {
          name: 'index',
          in: 'path',
          required: true,
          description: 'Number of the entry, from 0.',
          schema: { type: 'integer', minimum: 0 },
        },
      ],
      responses: {
        200: { description: 'The proof.', content: { 'text/plain': {} } },
        default: PROBLEM,
      },
    },
  },
};
