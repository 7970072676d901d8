import { describe, expect, test } from '@jest/globals';
import { SignInDesk } from './sign-in-desk.ts';

describe('SignInDesk', () => {
  test('where nobody can ask, the answer is no', async () => {
    const desk = new SignInDesk();
    expect(await desk.ask(true)).toBe(false);
    desk.register({ ask: () => Promise.resolve(true), urge: () => undefined })();
    expect(await desk.ask(true)).toBe(false);
  });

  test('several calls are one question, which becomes urgent with the first that is', async () => {
    const desk = new SignInDesk();
    const told: string[] = [];
    let answer: (given: boolean) => void = () => undefined;
    desk.register({
      ask: () => {
        told.push('ask');
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
      urge: () => told.push('urge'),
    });
    const waiting = [desk.ask(false), desk.ask(true), desk.ask(false)];
    answer(true);
    expect(await Promise.all(waiting)).toEqual([true, true, true]);
    expect(told).toEqual(['ask', 'urge']);
    const again = desk.ask(false);
    answer(false);
    expect(await again).toBe(false);
    expect(told).toEqual(['ask', 'urge', 'ask']);
  });
});
