import { changeEvent } from '../schemas/change.ts';
import { callRecordImport } from '../schemas/report.ts';
import { jsonOf, PROBLEM, schemaOf, UNSAFE_HEADERS, type Json } from './describe-schema.ts';

/** What is answered, or taken in, as something else than JSON: sound, events, reports, letters, call records. */
export const MEDIA_PATHS: Record<string, Json> = {
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
