import fc from 'fast-check';

const DOES = [
  'capture',
  'wait',
  'hold-item',
  'hold-query',
  'release',
  'ask',
  'answer',
  'contract-ends',
  'claim',
  'bury',
  'destroy',
  'certify',
  'backup',
  'restore',
  'close-period',
  'rules-change',
] as const;

/** One thing that somebody or something does; `item` and `size` are taken modulo whatever there is. */
export interface Step {
  readonly does: (typeof DOES)[number];
  readonly item: number;
  readonly size: number;
}

const DAYS = [0, 1, 29, 30, 31, 179, 180, 181, 366, 1_826, 1_827];

const weight = (does: Step['does']): number =>
  (
    ({ wait: 4, claim: 6, bury: 6, destroy: 6, release: 3, capture: 2 }) as Partial<
      Record<Step['does'], number>
    >
  )[does] ?? 1;

/** A history of steps; shrinks to few steps of small numbers. */
export const history = (most: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      ...DOES.map((does) => ({
        weight: weight(does),
        arbitrary: fc.record({
          does: fc.constant(does),
          item: fc.nat(3),
          size: does === 'wait' ? fc.constantFrom(...DAYS) : fc.nat(11),
        }),
      })),
    ),
    { minLength: 1, maxLength: most, size: 'max' },
  );

/** A history as one reads it aloud. */
export function tell(steps: readonly Step[]): string {
  return steps
    .map(({ does, item, size }) => {
      if (does === 'wait') return `${size} days pass`;
      if (['capture', 'hold-query', 'release', 'rules-change'].includes(does)) return `${does} (${size})`;
      if (['backup', 'restore', 'close-period'].includes(does)) return does;
      return does === 'ask' || does === 'answer' ? `${does} item ${item} (${size})` : `${does} item ${item}`;
    })
    .join('; ');
}
