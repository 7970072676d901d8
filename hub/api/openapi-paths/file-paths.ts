import { isFile, type Endpoint } from '../endpoint.ts';
import { accessLogQuery } from '../schemas/access-log.ts';
import { leafQuery } from '../schemas/ledger.ts';
import { recordingCsvQuery } from '../schemas/recording.ts';
import { parametersOf, PROBLEM, type Json } from './describe-schema.ts';

const CSV_ANSWER: Json = {
  200: { description: 'The rows.', content: { 'text/csv': {} } },
  default: PROBLEM,
};
/** Searches as files. */
export const CSV_PATHS: Record<string, Json> = {
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
export function csvPathsOf(endpoints: readonly Endpoint[]): Record<string, Json> {
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
