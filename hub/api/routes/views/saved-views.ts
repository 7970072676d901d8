import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import {
  countViews,
  deleteView,
  listViews,
  lockView,
  putView,
  setDefaultView,
  type KeptView,
  type SavedView,
} from '../../../../recorder-core/records/saved-views.ts';
import { requireAccess } from '../../../access/require-access.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint, type EndpointCall } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import { changedView, defaultView, newView, savedView } from '../../schemas/saved-view.ts';

const params = z.object({ id });
const MOST_VIEWS = 200;
type Calling = Pick<EndpointCall<undefined, undefined, undefined>, 'tx' | 'identity' | 'services' | 'now'>;

/** Searches that people keep: their own, and those that whoever may share with the tenant. */
export const savedViews: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/views',
    summary: "Lists the caller's saved views and those that are shared, by name.",
    act: undefined,
    response: z.object({ items: z.array(savedView) }),
    async handle({ tx, identity: { user } }) {
      return { items: (await listViews(tx, user.id)).map((view) => present(view, user.id)) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/views',
    summary: 'Keeps a search under a name. A view is only a search: it gives no right to what it finds.',
    act: undefined,
    body: newView,
    response: savedView,
    status: 201,
    async handle(call) {
      const { tx, body, identity, services, now } = call;
      if (body.shared) await requireAccess(tx, askingOf(call), 'view.share');
      if ((await countViews(tx, identity.user.id)) >= MOST_VIEWS)
        throw new HoldfastError(
          'conflict',
          `You keep ${MOST_VIEWS} views, which is the most. Remove one that you do not need.`,
        );
      return put(call, { ...body, id: services.newId(now), ownerId: identity.user.id });
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/views/default',
    summary: "Chooses the view with which the caller's list opens.",
    act: undefined,
    body: defaultView,
    response: z.object({ viewId: id.nullable() }),
    async handle({ tx, body: { list, viewId }, identity: { tenantId, user } }) {
      if (viewId !== null) await findView(tx, user.id, viewId);
      await setDefaultView(tx, tenantId, user.id, list, viewId);
      return { viewId };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/views/:id',
    summary:
      'Renames a view, replaces its search, or shares it; shared ones are changed by whoever may share.',
    act: undefined,
    params,
    body: changedView,
    response: savedView,
    async handle(call) {
      const { tx, body, identity } = call;
      const view = await findView(tx, identity.user.id, call.params.id);
      const { name = view.name, search = view.search, shared = view.shared } = body;
      await requireChangeable(call, view, shared);
      return put(call, { ...view, name, search, shared });
    },
  }),
  defineEndpoint({
    method: 'delete',
    path: '/views/:id',
    summary: 'Removes a view for good; shared ones are removed by their owner or whoever may share.',
    act: undefined,
    params,
    response: z.object({ removed: z.literal(true) }),
    async handle(call) {
      const view = await findView(call.tx, call.identity.user.id, call.params.id);
      if (view.ownerId !== call.identity.user.id) await requireAccess(call.tx, askingOf(call), 'view.share');
      await deleteView(call.tx, view.id);
      return { removed: true as const };
    },
  }),
];

/** What others see, and what they would see from now on, is decided by whoever may share; one's own by oneself. */
async function requireChangeable(call: Calling, view: SavedView, shared: boolean): Promise<void> {
  const own = view.ownerId === call.identity.user.id;
  const takesBack = own && !shared;
  if (takesBack || (own && !view.shared && !shared)) return;
  await requireAccess(call.tx, askingOf(call), 'view.share');
}

async function put({ tx, identity, now }: Calling, view: KeptView) {
  if (!(await putView(tx, identity.tenantId, view, now)))
    throw new HoldfastError(
      'conflict',
      'There is a view of this name already. Choose another name, or replace the search of that view.',
      { field: '/body/name' },
    );
  return present(await findView(tx, identity.user.id, view.id), identity.user.id);
}

async function findView(tx: Calling['tx'], userId: string, viewId: string): Promise<SavedView> {
  const found = await lockView(tx, userId, viewId);
  if (found === undefined)
    throw new HoldfastError('not_found', 'There is no view with this id that you can see.');
  return found;
}

function present({ id: viewId, list, name, search, shared, ...view }: SavedView, userId: string) {
  return {
    id: viewId,
    list,
    name,
    search: { ...search },
    shared,
    own: view.ownerId === userId,
    owner: view.ownerName,
    default: view.isDefault,
  };
}
