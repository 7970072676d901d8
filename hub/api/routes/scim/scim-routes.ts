import {
  json,
  Router,
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { MOST_PAYLOAD_BYTES, readBulk } from '../../../scim/bulk/read-bulk.ts';
import { isOfTheClient, runBulk } from '../../../scim/bulk/run-bulk.ts';
import { resourceTypes, schemas, serviceProviderConfig } from '../../../scim/discovery.ts';
import type { Document } from '../../../scim/documents/document.ts';
import { namesVersion } from '../../../scim/documents/require-version.ts';
import { versionOf } from '../../../scim/documents/with-meta.ts';
import { project } from '../../../scim/listing/project.ts';
import { readProjection, readQuery, readSearch } from '../../../scim/listing/read-query.ts';
import { RESOURCES, searchAll, type ScimResource } from '../../../scim/resources.ts';
import { scimError } from '../../../scim/scim-error.ts';
import type { ScimAsking } from '../../../scim/scim-asking.ts';
import { fromFramework } from '../../problem.ts';
import type { Services } from '../../services.ts';
import { noteScimRefusal } from './note-scim-refusal.ts';
import { requireScimClient } from './require-scim-client.ts';

const MEDIA_TYPE = 'application/scim+json';
const MEDIA_TYPES = [MEDIA_TYPE, 'application/json'];

/** Whatever a handler of this router works with. */
interface ScimCall {
  readonly request: Request;
  readonly response: Response;
  readonly asking: ScimAsking;
}

/**
 * SCIM 2.0 (RFC 7644) under `/scim/v2`: where directories push people and groups. Who sends is known by the token of a service
 * account with the scope `scim`; its tenant is the one that is changed. Errors have SCIM's own form.
 */
export function scimRoutes(services: Services): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router.use(authenticate(services));
  router.use(requireMediaType, json({ type: MEDIA_TYPES, limit: MOST_PAYLOAD_BYTES, strict: true }));
  const handle =
    (work: (call: ScimCall) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const asking = askingOf(response);
      try {
        await work({ request, response, asking });
      } catch (error) {
        if (!['GET', 'HEAD'].includes(request.method)) await noteScimRefusal(services, asking, error);
        throw error;
      }
    };
  discoveryRoutes(router, handle);
  for (const resource of RESOURCES) resourceRoutes(router, services, resource, handle);
  router.post(
    '/Bulk',
    handle((call) => bulk(services, call)),
  );
  router.post(
    '/.search',
    handle(async ({ request, response, asking }) => {
      const list = await services.db.forTenant(asking.tenantId, (tx) => searchAll(tx, asking, request.body));
      send(response, 200, list);
    }),
  );
  router.all('/Me', () => {
    throw new OtherStatus(501, 'A token of a machine is nobody, so there is no /Me here.');
  });
  router.use(() => {
    throw new HoldfastError('not_found', 'There is nothing at this address of the SCIM server.');
  });
  router.use(errors(services));
  return router;
}

type Handle = (work: (call: ScimCall) => Promise<void>) => RequestHandler;

function discoveryRoutes(router: Router, handle: Handle): void {
  const shows = (path: string, show: (asking: ScimAsking, name?: string) => unknown): void => {
    router.get(
      path,
      handle(async ({ request, response, asking }) => {
        // A list of all cannot be filtered (RFC 7644 section 4).
        if ('filter' in request.query)
          throw new HoldfastError(
            'forbidden',
            'What this server can do is shown as a whole, without a filter.',
          );
        const name = request.params['name'];
        send(response, 200, show(asking, typeof name === 'string' ? name : undefined));
        await Promise.resolve();
      }),
    );
    router.all(path, () => {
      throw new OtherStatus(405, 'What this server can do is read with GET, and changed by nobody.');
    });
  };
  shows('/ServiceProviderConfig', ({ baseUrl }) => serviceProviderConfig(baseUrl));
  shows('/ResourceTypes', ({ baseUrl }) => resourceTypes(baseUrl));
  shows('/ResourceTypes/:name', ({ baseUrl }, name) => resourceTypes(baseUrl, name));
  shows('/Schemas', ({ baseUrl }) => schemas(baseUrl));
  shows('/Schemas/:name', ({ baseUrl }, name) => schemas(baseUrl, name));
}

function resourceRoutes(router: Router, services: Services, resource: ScimResource, handle: Handle): void {
  const { type, list, create } = resource;
  const inTenant = services.db.forTenant.bind(services.db);
  router.get(
    type.endpoint,
    handle(async ({ request, response, asking }) => {
      const query = readQuery(type, request.query);
      send(response, 200, await inTenant(asking.tenantId, (tx) => list(tx, asking, query)));
    }),
  );
  router.post(
    `${type.endpoint}/.search`,
    handle(async ({ request, response, asking }) => {
      const query = readSearch(type, request.body);
      send(response, 200, await inTenant(asking.tenantId, (tx) => list(tx, asking, query)));
    }),
  );
  router.post(
    type.endpoint,
    handle(async (call) => {
      const { request, asking } = call;
      const document = await inTenant(asking.tenantId, (tx) => create(tx, asking, request.body));
      sendResource(call, resource, 201, document);
    }),
  );
  oneResourceRoutes(router, services, resource, handle);
}

function oneResourceRoutes(
  router: Router,
  { db }: Pick<Services, 'db'>,
  resource: ScimResource,
  handle: Handle,
): void {
  const { type, read, replace, patch, remove } = resource;
  const one = `${type.endpoint}/:id`;
  router.get(
    one,
    handle(async (call) => {
      const { request, response, asking } = call;
      const document = await db.forTenant(asking.tenantId, (tx) => read(tx, asking, idOf(request)));
      const known = request.get('If-None-Match');
      if (known !== undefined && namesVersion(known, versionOf(document)))
        response.status(304).set('ETag', versionOf(document)).end();
      else sendResource(call, resource, 200, document);
    }),
  );
  for (const [method, change] of [
    ['put', replace],
    ['patch', patch],
  ] as const)
    router[method](
      one,
      handle(async (call) => {
        const { request, asking } = call;
        const document = await db.forTenant(asking.tenantId, (tx) =>
          change(tx, asking, idOf(request), request.get('If-Match'), request.body),
        );
        sendResource(call, resource, 200, document);
      }),
    );
  router.delete(
    one,
    handle(async ({ request, response, asking }) => {
      await db.forTenant(asking.tenantId, (tx) => remove(tx, asking, idOf(request), request.get('If-Match')));
      response.status(204).end();
    }),
  );
}

async function bulk(services: Services, { request, response, asking }: ScimCall): Promise<void> {
  const answer = await runBulk(
    readBulk(request.body),
    (operation) =>
      services.db.forTenant(asking.tenantId, async (tx) => {
        const resource = RESOURCES.find(({ type }) => type.endpoint === `/${operation.resource}`);
        if (resource === undefined) throw new Error('A bulk names a resource that was checked before.');
        const { id = '', version, data } = operation;
        if (operation.method === 'POST') return resource.create(tx, asking, data);
        if (operation.method === 'PUT') return resource.replace(tx, asking, id, version, data);
        if (operation.method === 'PATCH') return resource.patch(tx, asking, id, version, data);
        await resource.remove(tx, asking, id, version);
        return undefined;
      }),
    async (error) => {
      await noteScimRefusal(services, asking, error);
      if (!isOfTheClient(error)) services.log.error({ error, path: '/scim/v2/Bulk' }, 'request failed');
    },
  );
  send(response, 200, answer);
}

/** Who sends comes first: nobody else learns anything, or has their body read. */
function authenticate(services: Services): RequestHandler {
  return async (request, response, next) => {
    const now = services.now();
    const { tenantId, clientId } = await requireScimClient(request, services, now);
    const baseUrl = `${services.exports.publicUrl}/scim/v2`;
    const asking: ScimAsking = { tenantId, clientId, now, newId: services.newId, baseUrl };
    response.locals['asking'] = asking;
    next();
  };
}

function askingOf(response: Response): ScimAsking {
  return response.locals['asking'] as ScimAsking;
}

const requireMediaType: RequestHandler = (request, _response, next) => {
  const hasBody =
    request.get('Transfer-Encoding') !== undefined || Number(request.get('Content-Length') ?? 0) > 0;
  if (hasBody && request.is(MEDIA_TYPES) === false)
    throw new HoldfastError('unsupported', `The body must be ${MEDIA_TYPE} in UTF-8.`);
  next();
};

function idOf({ params }: Request): string {
  return typeof params['id'] === 'string' ? params['id'] : '';
}

function sendResource(
  { request, response }: ScimCall,
  { type }: ScimResource,
  status: number,
  document: Document,
): void {
  const version = versionOf(document);
  const { location } = document['meta'] as { readonly location: string };
  response.set('ETag', version).set('Location', location);
  send(response, status, project(document, readProjection(type, request.query)));
}

function send(response: Response, status: number, body: unknown): void {
  response.status(status).set('Content-Type', `${MEDIA_TYPE}; charset=utf-8`).send(JSON.stringify(body));
}

/** What HTTP has a word for and our closed set of codes has none. */
class OtherStatus extends Error {
  readonly status: 405 | 501;

  constructor(status: 405 | 501, message: string) {
    super(message);
    this.status = status;
  }
}

function errors(services: Services): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof OtherStatus) {
      const { status, message } = error;
      send(response, status, { ...scimError(error), status: String(status), detail: message });
      return;
    }
    const body = scimError(fromFramework(error));
    if (Number(body.status) >= 500)
      services.log.error({ error, path: request.route?.path as unknown }, 'request failed');
    if (body.status === '401') response.set('WWW-Authenticate', 'Bearer realm="scim"');
    send(response, Number(body.status), body);
  };
}
