import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';

/** What differs from one request of a person to the next. */
export const PASSING = ['now', 'stepUpAgeMs', 'recentPlays'] as const;

const known = new WeakMap<PolicyJson, boolean>();

/** Whether a policy says the same at every moment: it asks of the circumstances by name, and for none that passes. */
export function isLasting(policy: PolicyJson): boolean {
  let lasting = known.get(policy);
  if (lasting === undefined) {
    lasting = !asksPassing(policy.conditions);
    known.set(policy, lasting);
  }
  return lasting;
}

function asksPassing(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false;
  const [[op, body] = []] = Object.entries(json) as [string, unknown][];
  if ((op === '.' || op === 'has') && isContext((body as { readonly left: unknown }).left)) {
    const { attr } = body as { readonly attr: string | readonly string[] };
    const name = typeof attr === 'string' ? attr : attr[0];
    return (PASSING as readonly (string | undefined)[]).includes(name);
  }
  return isContext(json) || Object.values(json).some(asksPassing);
}

function isContext(json: unknown): boolean {
  return JSON.stringify(json) === '{"Var":"context"}';
}
