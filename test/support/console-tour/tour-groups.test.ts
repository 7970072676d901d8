import { expect, test } from '@jest/globals';
import { consoleRoutes } from './console-routes.ts';
import { SIGN_IN, TOUR } from './tour-groups.ts';

const STOPS = TOUR.flatMap(({ stops }) => stops);

test('the tour stops at every route of the console, and at none that is gone', () => {
  const stopped = new Set([...STOPS.map(({ route }) => route), SIGN_IN]);
  expect([...stopped].sort()).toEqual(consoleRoutes());
});

test('every stop has a picture of its own', () => {
  expect(new Set(STOPS.map(({ name }) => name)).size).toBe(STOPS.length);
});

test('two sentences say what a screen is for', () => {
  const others = STOPS.filter(({ about }) => about.split(/(?<=[.?!]) /).length !== 2);
  expect(others.map(({ route }) => route)).toEqual([]);
});
