import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listEndpoints, type WebhookEndpoint } from '../../recorder-core/records/webhook-endpoints.ts';
import {
  addEndpoint,
  addressFault,
  editEndpoint,
  removeEndpoint,
  requireEndpoint,
} from '../webhooks/out/manage-endpoints.ts';
import { isChoice } from '../webhooks/out/event-catalogue.ts';
import type { WantedWebhook } from './configuration-file.ts';
import type {
  ConfiguredObjects,
  Content,
  CurrentObject,
  FaultAt,
  Faulty,
  WantedObject,
} from './configured-objects.ts';
import { changesBetween } from './field-changes.ts';

/** Endpoints of webhooks as a file speaks of them. Their keys are made here, and no file has them. */
export function webhookObjects(tx: Tx): ConfiguredObjects<WantedWebhook, CurrentObject> {
  return {
    kind: 'webhook',
    current: async () => (await listEndpoints(tx)).map(currentWebhook),
    want: async (wish, current, fault, all) => {
      const like = current ?? all.find(({ name }) => isSameName(name, wish.name));
      if (like === current) return wantWebhook(wish, current, fault);
      const said = `An endpoint is called "${String(like?.name)}". Write its name in the same letters, or choose another.`;
      return { faults: [fault(['name'], said)] };
    },
  };
}

function currentWebhook({
  id,
  name,
  description,
  url,
  types,
  signing,
  state,
}: WebhookEndpoint): CurrentObject {
  const content = { description, url, types: [...types].sort(), signing };
  return {
    id,
    name,
    content,
    version: null,
    state,
    remove: ({ tx, asking }) => removeEndpoint(tx, asking, id),
    write: () => Promise.resolve({ name, ...content }),
  };
}

function wantWebhook(
  { name, types: chosen, ...rest }: WantedWebhook,
  current: CurrentObject | undefined,
  fault: FaultAt,
): WantedObject | Faulty {
  const faults = chosen.flatMap((type, index) =>
    isChoice(type)
      ? []
      : [
          fault(
            ['types', index],
            `There is no type of event "${type}". \`holdfast webhook types\` lists them.`,
          ),
        ],
  );
  const wrong = addressFault(rest.url);
  if (wrong !== undefined) faults.push(fault(['url'], wrong));
  if (current !== undefined && current.content['signing'] !== rest.signing)
    faults.push(
      fault(
        ['signing'],
        `It signs by ${String(current.content['signing'])} since it was made. Make a new one under another name.`,
      ),
    );
  if (faults.length > 0) return { faults };
  const types = [...new Set(chosen)].sort();
  const content: Content = { ...rest, types };
  return {
    content,
    changes: changesBetween(current?.content, content),
    perform: async ({ tx, asking, keys }) => {
      const { description, url, signing } = rest;
      if (current !== undefined) {
        await requireUnchanged(tx, current);
        await editEndpoint(tx, asking, current.id, { description, url, types });
        return { id: current.id, version: null, shown: [] };
      }
      const made = await addEndpoint(tx, asking, keys, { name, description, url, types, signing });
      return {
        id: made.endpoint.id,
        version: null,
        shown: made.secret === null ? [] : [[`${name}: verify what we send with`, made.secret]],
      };
    },
  };
}

/** Two endpoints cannot be told apart by capital letters alone. */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Endpoints have no version to be changed from, so what the plan saw is compared under the lock. */
async function requireUnchanged(tx: Tx, { id, content }: CurrentObject): Promise<void> {
  if (changesBetween(content, currentWebhook(await requireEndpoint(tx, id)).content).length === 0) return;
  throw new HoldfastError(
    'conflict',
    'Somebody changed this endpoint meanwhile, so nothing was applied. Look at the plan again.',
  );
}
