import { listPeriods } from '../../../../recorder-core/records/key-periods.ts';
import { listNodeRoots } from '../../../../recorder-core/records/recorder-nodes.ts';
import {
  readKekScopes,
  readPeriodWaits,
  readRootUsage,
} from '../../../../recorder-core/records/root-usage.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../../../recorder-core/vault/key-provider.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { keyState, type KeyPeriodView, type KeyState } from '../../schemas/keys.ts';

/** Shows; rotating and destroying are commands of whoever has the machine and the provider. */
export const readKeys = defineEndpoint({
  method: 'get',
  path: '/keys',
  summary:
    'Shows the key provider, the root keys and what each wraps, the recorders that use them, and the periods of keys with what they wait for.',
  act: 'system.read',
  response: keyState,
  async handle({ tx, services: { keys } }) {
    const roots = await readRootUsage(tx);
    const scopes = await readKekScopes(tx);
    const recorders = (await listNodeRoots(tx)).map(({ node, roots: used, rootsAt }) => ({
      node,
      roots: used === null ? null : [...used],
      at: rootsAt,
    }));
    const periods = await readPeriods(tx);
    // The provider may be a service far away: it is asked when the connection of the database is free again.
    return async () => {
      const { health, current } = await ask(keys);
      return {
        provider: keys.id,
        health,
        current,
        roots: roots.map((one) => ({
          ...one,
          current: one.provider === keys.id && one.root === current,
        })),
        scopes,
        recorders,
        periods,
      };
    };
  },
});

async function ask(keys: KeyProvider): Promise<Pick<KeyState, 'health' | 'current'>> {
  const { ok, message } = await keys.health();
  return { health: { ok, message }, current: await keys.currentKeyId().catch(() => null) };
}

async function readPeriods(tx: Tx): Promise<KeyPeriodView[]> {
  const shown: KeyPeriodView[] = [];
  for (const period of await listPeriods(tx)) {
    const { id, provider, oldRoots, newRoot, rewrapped, replaced, closedAt, beyondRecoveryAt } = period;
    shown.push({
      id,
      provider,
      oldRoots: [...oldRoots],
      newRoot,
      rewrapped,
      replaced,
      closedAt,
      beyondRecoveryAt,
      waitsFor: await readPeriodWaits(tx, period),
    });
  }
  return shown;
}
