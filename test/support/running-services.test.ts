import { expect, jest, test } from '@jest/globals';
import { RunningServices } from './running-services.ts';

test('whoever stops all waits for a stop that is under way, and nothing is stopped twice', async () => {
  const services = new RunningServices();
  const { promise: stopped, resolve: end } = Promise.withResolvers<undefined>();
  let stops = 0;
  const stop = services.add(() => {
    stops++;
    return stopped;
  });
  const said: string[] = [];
  const asked = stop().then(() => said.push('asked'));
  const ending = services.stopAll().then(() => said.push('all'));
  await new Promise(setImmediate);
  expect(said).toEqual([]);
  end(undefined);
  await Promise.all([asked, ending]);
  expect({ said: said.sort(), stops }).toEqual({ said: ['all', 'asked'], stops: 1 });
});

test('what was started last ends first, and one that cannot be stopped keeps no other running', async () => {
  const told = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const services = new RunningServices();
  const ended: string[] = [];
  services.add(async () => void ended.push('first'));
  services.add(() => Promise.reject(new Error('this one does not stop')));
  const third = services.add(async () => void ended.push('third'));
  services.add(async () => void ended.push('last'));
  await third();
  await services.stopAll();
  await services.stopAll();
  expect(ended).toEqual(['third', 'last', 'first']);
  expect(told.mock.calls).toEqual([['Error: this one does not stop\n']]);
});
