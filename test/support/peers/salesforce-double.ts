/**
 * A double of a Salesforce organisation, after the vendor's documentation of its REST API, composite resources, Bulk API 2.0
 * and OAuth flows: JWT bearer and client credentials, describe, upserts by external id with created, updated and 300,
 * collections of at most 200 with an answer for each record, composite requests, ingest jobs with their results, the limits
 * header, row locks, lost races, expired sessions. Its objects are read from the package that is deployed; the trigger and the
 * validation rule of the package, which are Apex and a formula, are written again in `salesforce-double-org.ts`.
 *
 * What it does not do: sharing and field-level security, allOrNone, pages of queries, other queries and searches than the
 * connector's, other jobs than upserts, picklists, concurrency (a request is one turn), the delay of the search index. The
 * words for a request that is too large are not proven.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ConsentAuthority } from './consent-authority.ts';
import { closeDouble, listenDouble } from './double-server.ts';
import { BulkJobs } from './salesforce-double-bulk.ts';
import { answerDescribe } from './salesforce-double-describe.ts';
import { ApiError, type DoubleAnswer } from './salesforce-double-error.ts';
import { SalesforceOrg } from './salesforce-double-org.ts';
import { answerQuery, answerSearch } from './salesforce-double-query.ts';
import { answerRecords } from './salesforce-double-records.ts';
import { TokenEndpoint, type ClientApp } from './salesforce-double-token.ts';

/** A running double, and the levers of its operator. */
export class SalesforceDouble {
  readonly org = new SalesforceOrg();
  readonly bulk = new BulkJobs(this.org);
  readonly tokens: TokenEndpoint;
  /** Requests of the last 24 hours, and how many there may be. */
  readonly requests = { used: 0, limit: 100_000 };
  /** Method and path of every request, without tokens and queries. */
  readonly seen: string[] = [];
  /** Where people consent; without one there is nobody to ask, and the other flows are answered here. */
  authority: ConsentAuthority | undefined;
  url = '';
  #server = createServer((request, response) => void this.#serve(request, response));

  private constructor(app: ClientApp) {
    this.tokens = new TokenEndpoint(app);
  }

  static async start(app: ClientApp): Promise<SalesforceDouble> {
    const double = new SalesforceDouble(app);
    double.url = await listenDouble(double.#server);
    return double;
  }

  stop(): Promise<void> {
    return closeDouble(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    this.seen.push(`${request.method} ${pathname}`);
    if (this.authority?.owns(pathname) === true) return this.authority.serve(request, response);
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const isGood = this.tokens.accepts(token) || (await this.authority?.userOf(token)) !== undefined;
    const body = await text(request);
    const answer = this.#attempt(
      { method: request.method ?? '', path: pathname, query: searchParams, isGood },
      body,
      (request.url ?? '').length,
    );
    const type = answer.type ?? 'application/json;charset=UTF-8';
    const { used, limit } = this.requests;
    response.writeHead(answer.status, {
      ...(answer.body === undefined ? {} : { 'content-type': type }),
      'sforce-limit-info': `api-usage=${used}/${limit}`,
    });
    response.end(
      answer.type === undefined && answer.body !== undefined ? JSON.stringify(answer.body) : answer.body,
    );
  }

  #attempt(asked: Asked, body: string, addressLength: number): DoubleAnswer {
    try {
      if (addressLength > MAX_ADDRESS) throw new ApiError(414, 'URI_TOO_LONG', 'The address is too long');
      return this.#answer(asked, body) ?? notFound();
    } catch (error) {
      if (error instanceof ApiError) return { status: error.status, body: error.body };
      if (error instanceof SyntaxError)
        return { status: 400, body: new ApiError(400, 'JSON_PARSER_ERROR', '').body };
      throw error;
    }
  }

  #answer({ method, path, query, isGood }: Asked, body: string): DoubleAnswer | undefined {
    if (method === 'POST' && path === '/services/oauth2/token') return this.tokens.answer(body, this.url);
    if (method === 'GET' && /^\/services\/data\/?$/.test(path)) return { status: 200, body: VERSIONS };
    if (!isGood) throw new ApiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    if (this.requests.used >= this.requests.limit)
      throw new ApiError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    this.requests.used += 1;
    const resource = /^\/services\/data\/v64\.0\/(.*)$/.exec(path)?.[1];
    if (resource === undefined) return undefined;
    if (resource.startsWith('jobs/ingest'))
      return this.bulk.answer(method, resource.slice('jobs/ingest'.length), body);
    const parsed: unknown = body === '' ? undefined : JSON.parse(body);
    return method === 'GET'
      ? this.#read(resource, query)
      : answerRecords(this.org, method, resource, query, parsed);
  }

  #read(resource: string, query: URLSearchParams): DoubleAnswer | undefined {
    const described = /^sobjects\/(\w+)\/describe$/.exec(resource)?.[1];
    if (described !== undefined) return answerDescribe(this.org, described);
    if (resource === '') return { status: 200, body: { sobjects: '/services/data/v64.0/sobjects' } };
    if (resource === 'limits') {
      const { used, limit } = this.requests;
      return { status: 200, body: { DailyApiRequests: { Max: limit, Remaining: limit - used } } };
    }
    if (resource === 'query') return { status: 200, body: answerQuery(this.org, query.get('q') ?? '') };
    if (resource === 'search') return { status: 200, body: answerSearch(this.org, query.get('q') ?? '') };
    return undefined;
  }
}

/** One request without its body. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Its token is good. */
  readonly isGood: boolean;
}

/** Most bytes of an address that Salesforce takes. */
const MAX_ADDRESS = 16_384;

const VERSIONS = ['63.0', '64.0', '65.0'].map((version) => ({
  label: `Release ${version}`,
  url: `/services/data/v${version}`,
  version,
}));

function notFound(): DoubleAnswer {
  return { status: 404, body: new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist').body };
}
