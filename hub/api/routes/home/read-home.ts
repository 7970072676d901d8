import { HORIZON_DAYS } from '../../../home/home-sources.ts';
import { readHome } from '../../../home/read-home.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { home } from '../../schemas/home.ts';

/** For everybody who is signed in; each source with its own act. */
export const readHomeRoute = defineEndpoint({
  method: 'get',
  path: '/home',
  summary:
    'What waits for the caller: decisions, clocks that run out, what fails. Only what they may read elsewhere.',
  act: undefined,
  response: home,
  async handle({ identity, services, now }) {
    const asking = askingOf({ identity, services, now });
    const { db, log } = services;
    // Asked after this transaction: a source that fails must not take the others with it.
    return async () => ({
      checkedAt: now.toISOString(),
      horizonDays: HORIZON_DAYS,
      ...(await readHome({
        db,
        caller: identity,
        asking,
        onFault: (source, error) => {
          log.warn({ source, error }, 'a source of the home screen could not be asked');
        },
      })),
    });
  },
});
