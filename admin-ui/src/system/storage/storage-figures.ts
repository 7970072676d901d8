/** Sums over what was measured. */
import type { StorageCell, StorageState } from '../../../../hub/api/schemas/storage.ts';
import { t } from '../../i18n/t.ts';

/** By what the volume is divided. */
export type GroupBy = 'month' | 'retentionClass' | 'kind' | 'region';

/** One bar. */
export interface GroupedVolume {
  readonly name: string;
  readonly bytes: number;
  readonly parts: number;
}

const SHOWN = 24;

/** The cells summed by one of their names: months newest first, all else the largest first; at most 24. Pure. */
export function grouped(cells: readonly StorageCell[], by: GroupBy): GroupedVolume[] {
  const sums = new Map<string, GroupedVolume>();
  for (const cell of cells) {
    const name = cell[by];
    const { bytes, parts } = sums.get(name) ?? { bytes: 0, parts: 0 };
    sums.set(name, { name, bytes: bytes + cell.bytes, parts: parts + cell.parts });
  }
  const inOrder = [...sums.values()].sort((a, b) =>
    by === 'month' ? b.name.localeCompare(a.name) : b.bytes - a.bytes || a.name.localeCompare(b.name),
  );
  return inOrder.slice(0, SHOWN);
}

/** A store in words. */
export function storeInWords(store: string): string {
  if (store === 'objects') return t('Object store');
  return store === 'spool' ? t('Spool of recorders') : store;
}

/** All bytes of a day. Pure. */
export function bytesOf({ totals }: Pick<StorageState['days'][number], 'totals'>): number {
  return totals.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Bytes a day between the first and the last measurement, and over how many days; undefined with less than two days. Pure. */
export function growthOf(
  days: StorageState['days'],
): { readonly bytesPerDay: number; readonly days: number } | undefined {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const span = Math.round((Date.parse(last.day) - Date.parse(first.day)) / 86_400_000);
  return { bytesPerDay: (bytesOf(last) - bytesOf(first)) / span, days: span };
}
