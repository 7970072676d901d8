import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { invalidInput } from './problem.ts';
import { requireAct, requireIdentity } from './require-identity.ts';
import { MOST_CSV_ROWS, sendCsv } from './send-csv.ts';
import type { Services } from './services.ts';

const PAGE = 100;

/** What an endpoint that lists something page by page answers. */
interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly nextCursor?: string;
}

/**
 * GET <list>/csv for an endpoint that answers pages: all that it lists under the same filters, each page asked for in a transaction
 * of its own, as `sendCsv` sends it. The columns are the properties of an item.
 */
export function listCsv(services: Services, endpoint: Endpoint, most = MOST_CSV_ROWS): RequestHandler {
  const { act, path, query: asked } = endpoint;
  if (act === undefined || asked === undefined) throw new Error(`${path} is no list that can be a file.`);
  const columns = columnsOf(endpoint);
  return async (request, response) => {
    const now = services.now();
    const caller = await requireIdentity(request, services, now);
    const object = { type: 'tenant', id: caller.tenantId };
    const permission = await requireAct(caller, act, services, now, object);
    const first = asked.safeParse({ ...request.query, limit: PAGE });
    if (!first.success) throw invalidInput('query', first.error);
    let query: unknown = first.data;
    const next = async (): Promise<string[][]> => {
      if (query === undefined) return [];
      const call = {
        params: undefined,
        query,
        body: undefined,
        identity: caller,
        services,
        now: services.now(),
      };
      const { items, nextCursor } = (await services.db.forTenant(caller.tenantId, (tx) =>
        endpoint.handle({ ...call, tx } as never),
      )) as Page;
      query = nextCursor === undefined ? undefined : { ...(query as object), cursor: nextCursor };
      return items.map((item) => columns.map((name) => cellOf(item[name])));
    };
    const list = path.slice(1).replaceAll('/', '-');
    const filters = Object.keys(request.query);
    await sendCsv(response, { services, caller, act, permission, list, filters, columns, most, next }, now);
  };
}

/** The names of an item's properties, as the schema of the answer has them. */
function columnsOf({ path, response }: Endpoint): string[] {
  const items: unknown = response instanceof z.ZodObject ? response.shape['items'] : undefined;
  const item = items instanceof z.ZodArray ? items.element : undefined;
  if (!(item instanceof z.ZodObject)) throw new Error(`${path} answers no items whose properties are known.`);
  return Object.keys(item.shape);
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return value.map(cellOf).join('; ');
  return JSON.stringify(value);
}
