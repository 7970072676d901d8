import type { PayloadCodec } from '@temporalio/common';
import express, { type Express, type Request, type RequestHandler } from 'express';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { LeafInput, LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { askerOf } from '../access/caller.ts';
import { decide } from '../access/decide.ts';
import { noteRefusal } from '../access/note-access.ts';
import { refusalOf } from '../access/refusal.ts';
import { invalidInput, nothingHere, problemHandler } from '../api/problem.ts';
import { readCookie, SECURE_SESSION_COOKIE, SESSION_COOKIE } from '../api/session-cookie.ts';
import { UNKNOWN_CIRCUMSTANCES } from '../identity/circumstances.ts';
import { identify, type Identity } from '../identity/sessions.ts';
import type { Logger } from '../observability/logger.ts';
import { codecRequest, decodePayloads } from './decode-payloads.ts';

const MOST_BYTES = '16mb';

export interface CodecOptions {
  readonly codec: PayloadCodec;
  readonly db: Database;
  /** The one namespace whose payloads are decoded. */
  readonly namespace: string;
  /** Origin of Temporal's web UI, such as `https://temporal.example`; without it no page of another origin is served. */
  readonly origin?: string | undefined;
  readonly log: Logger;
  readonly now: () => Date;
}

/**
 * The codec server: `POST /decode` (Temporal's remote data encoder protocol). Each request is made by a person with a
 * session of the hub, as cookie or bearer, whose role may decode payloads; each is a leaf, refused ones too.
 */
export function makeCodecApp(options: CodecOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(headersFor(options.origin));
  app.post('/decode', express.json({ limit: MOST_BYTES, type: 'application/json' }), decode(options));
  app.use(nothingHere);
  app.use(problemHandler(options.log));
  return app;
}

/** Only the configured origin may ask from a page; its preflight is answered here. */
function headersFor(origin: string | undefined): RequestHandler {
  return (request, response, next) => {
    response.set({
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      Vary: 'Origin',
    });
    const from = request.get('Origin');
    if (from !== undefined && from !== origin)
      throw new HoldfastError(
        'forbidden',
        'Pages of this origin may not decode payloads. Set codecOrigin to the origin of your Temporal web UI.',
      );
    if (from !== undefined) {
      response.set({
        'Access-Control-Allow-Origin': from,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Headers': 'Content-Type, X-Namespace, Authorization',
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Max-Age': '600',
      });
    }
    if (request.method === 'OPTIONS') response.status(204).end();
    else next();
  };
}

function decode({ codec, db, namespace, now }: CodecOptions): RequestHandler {
  return async (request, response) => {
    const at = now();
    const identity = await whoAsks(request, db, at);
    const note = (leaf: Pick<LeafInput, 'act' | 'outcome' | 'rules' | 'facts'>): Promise<unknown> =>
      db.forTenant(identity.tenantId, (tx) =>
        appendLeaf(
          tx,
          identity.tenantId,
          { at, object: { type: 'namespace', id: namespace }, ...leaf },
          actedBy(identity.user),
        ),
      );
    const rules = await requireDecoder(db, identity, { type: 'namespace', id: namespace }, at);
    requireNamespace(request, namespace);
    const body = codecRequest.safeParse(request.body ?? {});
    if (!body.success) throw invalidInput('body', body.error);
    const { payloads, decoded, withheld } = await decodePayloads(
      codec,
      identity.tenantId,
      body.data.payloads,
    );
    // What nobody could read before, and nothing else, is an access; it is entered before it is answered.
    if (decoded + withheld > 0)
      await note({ act: 'payload.decoded', outcome: 'done', rules, facts: { decoded, withheld } });
    response.json({ payloads });
  };
}

/** Asks the policies, as every door does; answers those that allow it. @throws HoldfastError `forbidden` with a leaf. */
async function requireDecoder(
  db: Database,
  identity: Identity,
  object: LeafObject,
  at: Date,
): Promise<readonly string[]> {
  const { steppedUpAt, scope, country } = identity;
  const circumstances = { ...UNKNOWN_CIRCUMSTANCES, steppedUpAt, scope, country };
  const asker = askerOf({ ...identity, circumstances }, at);
  const question = { act: 'payload.decode', object } as const;
  const decision = await db.forTenant(identity.tenantId, (tx) => decide(tx, asker, question));
  if (decision.allowed) return decision.policies.map(({ id }) => id);
  await noteRefusal(db, asker, identity.user, question, decision);
  throw refusalOf(decision, question.act, object);
}

async function whoAsks(request: Request, db: Database, at: Date): Promise<Identity> {
  const [, bearer] = /^Bearer ([^\s]+)$/.exec(request.get('Authorization') ?? '') ?? [];
  const cookies = request.get('Cookie') ?? '';
  const token = bearer ?? readCookie(cookies, SECURE_SESSION_COOKIE) ?? readCookie(cookies, SESSION_COOKIE);
  const identity = token === undefined ? undefined : await identify(db, token, at, request.get('User-Agent'));
  if (identity !== undefined) return identity;
  throw new HoldfastError(
    'unauthenticated',
    'You are not signed in, or your session has ended. Sign in at the console, or get a token with `holdfast codec-token`.',
  );
}

function requireNamespace(request: Request, namespace: string): void {
  const asked = request.get('X-Namespace');
  if (asked === undefined || asked === namespace) return;
  throw new HoldfastError('forbidden', `This server decodes payloads of the namespace ${namespace} only.`, {
    field: 'X-Namespace',
  });
}
