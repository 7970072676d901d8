import { findRecording, upsertRecording, withdrawRecording } from './recordings.ts';
import type { FindItem, RecordingItem, WithdrawalItem } from './recordings.ts';
import type { OpenTable } from './row.ts';
import { upsertTicket, type TicketItem } from './tickets.ts';

/** The version of this application, as `status` tells it. */
export const APPLICATION_VERSION = '1.0.0';

/** What a request is handled with. */
export interface Platform {
  readonly open: OpenTable;
  /** Whose credential it was. */
  readonly user: string;
}

const AT_ONCE = 200;

/** Every endpoint: from the items of a request to one answer each, in the same order. */
export const routes = {
  status: ({ user }: Platform) => ({ version: APPLICATION_VERSION, user }),
  recordings: ({ open }: Platform, items: readonly unknown[]) =>
    items.map((item) => upsertRecording(open, item as RecordingItem)),
  withdrawals: ({ open }: Platform, items: readonly unknown[]) =>
    items.map((item) => withdrawRecording(open, item as WithdrawalItem)),
  find: ({ open }: Platform, items: readonly unknown[]) =>
    items.map((item) => findRecording(open, item as FindItem)),
  tickets: ({ open }: Platform, items: readonly unknown[]) =>
    items.map((item) => upsertTicket(open, item as TicketItem)),
};

/** Answers one request; a body that is no `{"items": […]}` is refused before anything is done. */
export function answer(
  platform: Platform,
  route: keyof typeof routes,
  text: string,
): { readonly status: number; readonly body: unknown } {
  if (route === 'status') return { status: 200, body: routes.status(platform) };
  const items = readItems(text);
  if (items === undefined) return { status: 400, body: { error: 'items' } };
  return { status: 200, body: { items: routes[route](platform, items) } };
}

function readItems(text: string): readonly unknown[] | undefined {
  try {
    const { items } = JSON.parse(text) as { readonly items?: unknown };
    return Array.isArray(items) && items.length <= AT_ONCE ? items : undefined;
  } catch {
    return undefined;
  }
}
