import type { TestHub } from './test-hub.ts';

/** A machine's token for these acts alone, as an administrator of the hub's tenant gives it out. */
export async function tokenOfService(hub: TestHub, scope: readonly string[]): Promise<string> {
  const administrator = await hub.signIn('administrator');
  const post = async (path: string, body: object): Promise<{ id: string; token: string }> => {
    const response = await administrator.fetch(`/api/v1/${path}`, { method: 'POST', body });
    if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { id: string; token: string };
  };
  const { id } = await post('service-accounts', { name: 'Payment desk', purpose: 'Tells of cards.' });
  return (await post(`service-accounts/${id}/tokens`, { name: 'desk', scope, days: 1 })).token;
}
