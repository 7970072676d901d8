import { repeatWork, type RepeatedWork } from '../live/repeated-work.ts';

/**
 * Does a piece of work again and again for each tenant that has some; one tenant's fault keeps none of the others waiting.
 * @param list who has work now, at every turn anew
 */
export function repeatForTenants(
  everyMs: number,
  list: () => Promise<readonly string[]>,
  work: (tenantId: string) => Promise<void>,
  onFault: (error: unknown, tenantId?: string) => void,
): RepeatedWork {
  const turn = async (): Promise<void> => {
    for (const tenantId of await list())
      await work(tenantId).catch((error: unknown) => {
        onFault(error, tenantId);
      });
  };
  return repeatWork(everyMs, turn, onFault);
}
