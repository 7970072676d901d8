import { createHash } from 'node:crypto';
import type { RequestHandler, Request, Response, Router } from 'express';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  insertIdempotentAnswer,
  lockIdempotencyKey,
  readIdempotentAnswer,
} from '../../recorder-core/records/idempotent-answers.ts';
import { namePerson } from '../../recorder-core/records/name-person.ts';
import { OUT_OF_SCOPE } from '../access/decide.ts';
import { refusalOf } from '../access/refusal.ts';
import type { Caller } from '../access/caller.ts';
import { noteInspection } from './audit-access.ts';
import type { Endpoint } from './endpoint.ts';
import { parseInput } from './parse-input.ts';
import { noteRefusals, requireAct, requireIdentity, type Permission } from './require-identity.ts';
import type { Services } from './services.ts';

/** Puts an endpoint into the router: identity, role, input, one transaction, idempotency, answer. */
export function mountEndpoint(router: Router, endpoint: Endpoint, services: Services): void {
  const handler: RequestHandler = async (request, response) => {
    const now = services.now();
    const identity = await requireIdentity(request, services, now);
    const object = accessedBy(endpoint, request, identity);
    const permission =
      endpoint.asksEach === true
        ? requireInScope(identity, endpoint)
        : await requireAct(identity, endpoint.act, services, now, object);
    const input = parseInput(endpoint, request);
    const perform = () =>
      services.db.forTenant(identity.tenantId, async (tx) => {
        if (endpoint.method !== 'get') await namePerson(tx, identity.user.id);
        return once(tx, request, identity, endpoint, () =>
          endpoint.handle({ ...input, tx, identity, services, now }),
        );
      });
    if (object === undefined || endpoint.act === undefined) {
      await answer(response, await perform());
      return;
    }
    const access = { act: endpoint.act, object };
    const done = await noteRefusals(services, identity, access, now, perform);
    if (endpoint.method === 'get')
      await noteInspection(services, identity, { ...access, ...permission }, now);
    await answer(response, done);
  };
  router[endpoint.method](endpoint.path, handler);
}

/** Of what asks for each thing by itself, the door keeps out machines whose token is for something else. */
function requireInScope({ circumstances: { scope } }: Caller, { act }: Endpoint): Permission {
  if (scope === null || act === undefined || scope.includes(act))
    return { rule: 'access/each', policies: [] };
  const decision = { allowed: false, rule: OUT_OF_SCOPE, policies: [] };
  throw refusalOf(decision, act, { type: 'tenant', id: '' });
}

/** What the request is about; undefined where the endpoint accesses nothing, or the path is not well-formed. */
function accessedBy(endpoint: Endpoint, request: Request, identity: Caller): LeafObject | undefined {
  if (endpoint.accesses === undefined) return undefined;
  const params = endpoint.params?.safeParse(request.params);
  return params?.success === false ? undefined : endpoint.accesses(params?.data as undefined, identity);
}

async function answer(
  response: Response,
  { status, body }: { readonly status: number; readonly body: unknown },
): Promise<void> {
  response.status(status).json(await completed(body));
}

async function completed(body: unknown): Promise<unknown> {
  return typeof body === 'function' ? (body as () => Promise<unknown>)() : body;
}

/**
 * With an Idempotency-Key the act and its answer are kept in one transaction:
 * the same request again gets the same answer, another request under the same
 * key is refused.
 */
async function once(
  tx: Tx,
  request: Request,
  identity: Caller,
  endpoint: Endpoint,
  act: () => Promise<unknown>,
): Promise<{ status: number; body: unknown }> {
  const status = endpoint.status ?? 200;
  const key = request.get('Idempotency-Key');
  const kept = endpoint.method !== 'get' && endpoint.secret !== true && endpoint.remote !== true;
  if (!kept || key === undefined) return { status, body: await act() };
  if (!/^[\x21-\x7e]{8,200}$/.test(key)) {
    throw new HoldfastError(
      'invalid_input',
      'The Idempotency-Key must be 8 to 200 visible ASCII characters.',
      { field: 'Idempotency-Key' },
    );
  }
  const requestDigest = createHash('sha256')
    .update(`${request.method} ${request.originalUrl}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
  await lockIdempotencyKey(tx, identity.user.id, key);
  const known = await readIdempotentAnswer(tx, identity.user.id, key);
  if (known === undefined) {
    const body = await act();
    await insertIdempotentAnswer(tx, identity.tenantId, identity.user.id, key, {
      requestDigest,
      status,
      body,
    });
    return { status, body };
  }
  if (!known.requestDigest.equals(requestDigest)) {
    throw new HoldfastError(
      'conflict',
      'This Idempotency-Key was used for another request. Use a new key for a new request.',
      { field: 'Idempotency-Key' },
    );
  }
  return { status: known.status, body: known.body };
}
