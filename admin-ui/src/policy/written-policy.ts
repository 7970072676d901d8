import type { OwnPolicy } from '../../../hub/api/schemas/policy.ts';

/** A policy without rules, as a first one begins. */
export const EMPTY_POLICY: OwnPolicy['body'] = {
  format: 'holdfast-tenant-policy/1',
  consent: [],
  retention: [],
  residency: [],
  classes: [],
  holidays: {},
};

/** A policy as people edit it. Pure. */
export function writtenPolicy(body: object): string {
  return JSON.stringify(body, null, 2);
}

/** What was typed, where it is a JSON object; the hub judges the rules. Pure. */
export function parsePolicy(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
