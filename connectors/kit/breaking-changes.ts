import type { ConnectorManifest } from './manifest.ts';

/**
 * What a connection of the released version would lose with the new one, one sentence each; empty where the new major
 * version is higher, which is how a version says that it breaks with the one before.
 */
export function breakingChanges(released: ConnectorManifest, next: ConnectorManifest): string[] {
  if (majorOf(next.version) > majorOf(released.version)) return [];
  return [
    ...Object.keys(released.operations).flatMap((id) =>
      id in next.operations ? [] : [`The operation "${id}" was removed.`],
    ),
    ...Object.keys(released.streams).flatMap((id) =>
      id in next.streams ? [] : [`The stream "${id}" was removed.`],
    ),
    ...released.auth.flatMap(({ type }) =>
      next.auth.some((method) => method.type === type)
        ? []
        : [`The credential "${type}" is no longer taken.`],
    ),
    ...configChanges(released, next),
  ];
}

function configChanges(released: ConnectorManifest, next: ConnectorManifest): string[] {
  const [before, after] = [released.config.properties ?? {}, next.config.properties ?? {}];
  const required = (next.config.required ?? []).filter(
    (name) => !(released.config.required ?? []).includes(name),
  );
  return [
    ...required.map((name) => `config.${name} became required.`),
    ...Object.entries(before).flatMap(([name, schema]) => {
      const now = after[name];
      if (now === undefined) return [`config.${name} was removed.`];
      return narrowed(name, Object(schema) as Schema, Object(now) as Schema);
    }),
  ];
}

interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
}

function narrowed(name: string, before: Schema, after: Schema): string[] {
  if (JSON.stringify(before.type) !== JSON.stringify(after.type))
    return [`config.${name} has another type than before.`];
  if (after.enum === undefined) return [];
  if (before.enum === undefined) return [`config.${name} became a choice.`];
  return before.enum.flatMap((value) =>
    after.enum?.includes(value) === true ? [] : [`config.${name} lost the choice ${JSON.stringify(value)}.`],
  );
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
