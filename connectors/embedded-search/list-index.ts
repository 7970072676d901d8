import type { ConnectorContext } from '../kit/context.ts';
import type { InventoryItem } from '../kit/inventory.ts';
import { searchIndexOf } from './search-index-of.ts';

const PAGE = 1000;

/** Everything in the index, page by page in the order of the ids. */
export async function* listIndex(ctx: ConnectorContext): AsyncGenerator<readonly InventoryItem[]> {
  let after: string | null = null;
  for (;;) {
    const page: InventoryItem[] = await searchIndexOf(ctx).list(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.id;
  }
}
