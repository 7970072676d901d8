import { expect, test } from '@jest/globals';
import { settleBehind } from './settle-behind.ts';

const said = () => {
  const lines: string[] = [];
  const gates = new Map<string, () => void>();
  const settle = (name: string) => async (): Promise<void> => {
    lines.push(`begins ${name}`);
    await new Promise<void>((resolve) => gates.set(name, resolve));
    lines.push(`ends ${name}`);
  };
  return { lines, settle, end: (name: string) => gates.get(name)?.() };
};

test('who adds goes on at once, and the next that is added waits for what came before', async () => {
  const { lines, settle, end } = said();
  const settling = settleBehind();
  await settling.add(settle('a'));
  const second = settling.add(settle('b'));
  expect(lines).toEqual(['begins a']);
  end('a');
  await second;
  expect(lines).toEqual(['begins a', 'ends a', 'begins b']);
  end('b');
  await settling.end();
  expect(lines.at(-1)).toBe('ends b');
});

test('what cannot be settled is told to the next that is added, which is settled all the same', async () => {
  const settling = settleBehind();
  const done: string[] = [];
  await settling.add(() => Promise.reject(new Error('the database is away')));
  await expect(
    settling.add(async () => {
      done.push('b');
    }),
  ).rejects.toThrow('the database is away');
  expect(done).toEqual(['b']);
  await settling.end();
});

test('the end rejects where the last could not be settled', async () => {
  const settling = settleBehind();
  await settling.add(() => Promise.reject(new Error('the database is away')));
  await expect(settling.end()).rejects.toThrow('the database is away');
});
