import { takeOver } from '../../../../recorder-core/records/take-over.ts';
import { z } from 'zod';
import { listRequests as queryRequests } from '../../../../recorder-core/records/subject-requests.ts';
import { copyForRequest } from '../../../requests/copy-request.ts';
import {
  decideItems,
  refuseRequest,
  submitRequest,
  withdrawRequest,
} from '../../../requests/decide-request.ts';
import { openRequest as open } from '../../../requests/open-request.ts';
import { extendRequest, verifyRequest } from '../../../requests/verify-request.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type EndpointCall } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import {
  copyBody,
  decisionsBody,
  openRequest as openBody,
  reasonBody,
  refuseBody,
  requestDetail,
  requestSummary,
  verifyBody,
} from '../../schemas/request.ts';
import { presentRequest, readRequestDetail } from './present-request.ts';

const params = z.object({ id });
const accesses = ({ id: requestId }: z.output<typeof params>) => ({ type: 'request', id: requestId });
type Call = Pick<
  EndpointCall<typeof params, undefined, undefined>,
  'params' | 'tx' | 'identity' | 'services' | 'now'
>;

async function answer({ params: { id: requestId }, tx, identity, services, now }: Call) {
  return readRequestDetail(tx, requestId, identity, await services.packs.current(tx), now);
}

/** One act of a person on a request, which answers the request as it is then. */
function actOn<B extends z.ZodType>(
  verb: string,
  summary: string,
  body: B,
  act: (call: EndpointCall<typeof params, undefined, B>) => Promise<unknown>,
) {
  return defineEndpoint({
    method: 'post',
    path: `/requests/:id/${verb}`,
    summary,
    act: 'request.manage',
    params,
    accesses,
    body,
    response: requestDetail,
    async handle(call) {
      await act(call as EndpointCall<typeof params, undefined, B>);
      return answer(call);
    },
  });
}

/** Requests of people about what is kept of them. */
export const subjectRequests = [
  defineEndpoint({
    method: 'get',
    path: '/requests',
    summary: 'Lists requests of people, open ones first, those due first at the front; at most 500.',
    act: 'request.read',
    response: z.object({ items: z.array(requestSummary) }),
    async handle({ tx, now }) {
      return { items: (await queryRequests(tx)).map((each) => presentRequest(each, now)) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/requests',
    summary:
      'Opens a request of a person; its clocks run, and what it is about is kept until it is answered.',
    act: 'request.manage',
    body: openBody,
    response: requestSummary,
    status: 201,
    async handle({ body, tx, identity, services, now }) {
      const at = (text: string | undefined): string | null =>
        text === undefined ? null : new Date(text).toISOString();
      const opened = await open(tx, askingOf({ identity, services, now }), await services.packs.current(tx), {
        kind: body.kind,
        person: body.person,
        contact: body.contact ?? null,
        places: body.places,
        source: 'api',
        receivedAt: body.receivedAt === undefined ? now : new Date(body.receivedAt),
        identifiers: body.identifiers.map(({ kind, value, validFrom, validUntil }) => ({
          kind,
          value,
          validFrom: at(validFrom),
          validUntil: at(validUntil),
        })),
      });
      return presentRequest(opened, now);
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/requests/:id',
    summary:
      'One request: its clocks, what was found and decided, a receipt for each store, and its history.',
    act: 'request.read',
    params,
    accesses,
    response: requestDetail,
    handle: answer,
  }),
  actOn('verify', 'Notes how it was made sure who asks; the search begins.', verifyBody, async (call) =>
    verifyRequest(
      call.tx,
      askingOf(call),
      await call.services.packs.current(call.tx),
      call.params.id,
      call.body.evidence,
    ),
  ),
  actOn(
    'decisions',
    'Decides about recordings that were found, in the place of what is proposed.',
    decisionsBody,
    (call) =>
      decideItems(
        call.tx,
        askingOf(call),
        call.params.id,
        call.body.decisions.map((each) => ({ ...each, ground: each.ground ?? null })),
      ),
  ),
  actOn(
    'submit',
    'Ends the review; what erases or refuses anything waits for a second person.',
    z.strictObject({}),
    (call) => submitRequest(call.tx, askingOf(call), call.params.id),
  ),
  actOn(
    'extend',
    'Prolongs its clocks once, before the first date; the person has to be told.',
    reasonBody,
    async (call) =>
      extendRequest(
        call.tx,
        askingOf(call),
        await call.services.packs.current(call.tx),
        call.params.id,
        call.body.reason,
      ),
  ),
  actOn('refuse', 'Asks a second person to agree that the whole is refused.', refuseBody, (call) =>
    refuseRequest(call.tx, askingOf(call), call.params.id, {
      ...call.body,
      reviewAt: call.body.reviewAt ?? null,
    }),
  ),
  actOn('take-over', 'Makes whoever asks the one who looks after it.', z.strictObject({}), (call) =>
    takeOver(call.tx, { type: 'request', id: call.params.id }, askingOf(call)),
  ),
  actOn('withdraw', 'The person has taken the request back.', reasonBody, (call) =>
    withdrawRequest(call.tx, askingOf(call), call.params.id, call.body.reason),
  ),
  actOn(
    'copy',
    'Has the copy made that the request gives, for the key of the person.',
    copyBody,
    async (call) => {
      const { person } = await readRequestDetail(
        call.tx,
        call.params.id,
        call.identity,
        await call.services.packs.current(call.tx),
        call.now,
      );
      await copyForRequest(call.tx, askingOf(call), call.services.exports, call.params.id, {
        recipient: person ?? 'the person who asked',
        ...call.body,
      });
    },
  ),
];
