import type { OperationMapping } from './manifest.ts';

/** Name of the remote object that a mapping fills: fixed, or as the configuration says. */
export function mappedObject(
  { object }: OperationMapping,
  config: Readonly<Record<string, unknown>>,
): string {
  return typeof object === 'string' ? object : String(config[object.fromConfig]);
}
