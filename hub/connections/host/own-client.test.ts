import { expect, test } from '@jest/globals';
import { createEgressProxy } from './egress-proxy.ts';
import { lendOwnClient } from './own-client.ts';

function lend() {
  const work = new AbortController();
  const underWay = { now: 0 };
  const proxy = createEgressProxy({ allowPrivateNetwork: true });
  const loan = lendOwnClient(proxy, {
    credential: { type: 'none' },
    hide: () => undefined,
    sessions: undefined,
    origins: new Set(['https://account.example']),
    signal: work.signal,
    log: () => undefined,
    lane: 'live',
    dryRun: false,
    budget: {
      enter: () => {
        underWay.now += 1;
        let left = false;
        return Promise.resolve(() => {
          if (!left) underWay.now -= 1;
          left = true;
        });
      },
      pause: () => Promise.resolve(),
      noteQuota: () => Promise.resolve(),
      report: () => Promise.resolve(),
    },
  });
  return { loan, work, underWay, proxy };
}

test('a request of a vendor’s own client is under way until the connector says that it is over', async () => {
  const { loan, underWay, proxy } = lend();
  const { takeBudget } = await loan;
  const [one, other] = [await takeBudget(), await takeBudget()];
  expect(underWay.now).toBe(2);
  one();
  one();
  expect(underWay.now).toBe(1);
  other();
  expect(underWay.now).toBe(0);
  proxy.close();
});

test('at the end of the work nothing is under way any more, whatever the connector forgot', async () => {
  const { loan, work, underWay, proxy } = lend();
  await (await loan).takeBudget();
  expect(underWay.now).toBe(1);
  work.abort();
  expect(underWay.now).toBe(0);
  proxy.close();
});
