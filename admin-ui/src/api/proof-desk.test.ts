import { describe, expect, test } from '@jest/globals';
import { ProofDesk } from './proof-desk.ts';

describe('the desk at which calls wait for a proof', () => {
  test('Several calls at once are one question, and the next is a new one.', async () => {
    const desk = new ProofDesk();
    const answers: ((given: boolean) => void)[] = [];
    desk.register(() => new Promise((resolve) => answers.push(resolve)));
    const both = Promise.all([desk.ask(), desk.ask()]);
    expect(answers).toHaveLength(1);
    answers[0]?.(true);
    expect(await both).toEqual([true, true]);
    const again = desk.ask();
    expect(answers).toHaveLength(2);
    answers[1]?.(false);
    expect(await again).toBe(false);
  });

  test('Where nobody can ask, the answer is no.', async () => {
    const desk = new ProofDesk();
    const end = desk.register(() => Promise.resolve(true));
    end();
    expect(await desk.ask()).toBe(false);
  });
});
