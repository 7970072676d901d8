import { expect, test } from '@jest/globals';
import { lastByWitness, rowOf } from './checkpoint-rows.ts';

const line = (name: string, bytes: number[]) =>
  `— ${name} ${Buffer.from([1, 2, 3, 4, ...bytes]).toString('base64')}`;
const cosigned = (seconds: number) => {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  return [...time, ...new Array<number>(64).fill(7)];
};
const note = (size: number, ...lines: string[]) =>
  [
    `log`,
    String(size),
    Buffer.alloc(32, size).toString('base64'),
    '',
    line('log', [9, 9]),
    ...lines,
    '',
  ].join('\n');
const sent = (size: number, ...lines: string[]) => ({
  size,
  checkpoint: note(size, ...lines),
  signedAt: '2026-01-01T00:00:00.000Z',
  publishedAt: null,
  timeStamps: [],
});

test('The root, and each witness with its time, are read from the note itself.', () => {
  const row = rowOf(sent(3, line('w1', cosigned(1_700_000_000)), line('w2', [1])));
  expect(row.root).toBe(Buffer.alloc(32, 3).toString('base64'));
  expect(row.cosignatures).toEqual([
    { witness: 'w1', at: '2023-11-14T22:13:20.000Z' },
    { witness: 'w2', at: undefined },
  ]);
  expect(rowOf({ ...sent(3), checkpoint: 'nonsense' })).toMatchObject({
    parsed: undefined,
    cosignatures: [],
  });
});

test('The last cosignature of a witness is that of the largest checkpoint.', () => {
  const rows = [
    rowOf(sent(9, line('w1', cosigned(20)))),
    rowOf(sent(5, line('w1', cosigned(10)), line('w2', cosigned(10)))),
  ];
  expect(lastByWitness(rows)).toEqual([
    { witness: 'w1', size: 9, at: '1970-01-01T00:00:20.000Z' },
    { witness: 'w2', size: 5, at: '1970-01-01T00:00:10.000Z' },
  ]);
});
