import type { ConnectorManifest, HostRule, OperationSpec, RateLimit } from './manifest.ts';

/** How connectors, checks and operations are named. */
export const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/;
const SECRET_NAME = /passw|secret|token|credential|private_?key|api_?key/i;

/**
 * Everything wrong with a manifest, one sentence each; empty when it can be published.
 * Whatever the schema of TypeScript cannot say stands here.
 */
export function manifestFaults(manifest: ConnectorManifest): string[] {
  return [
    ...when(!KEBAB.test(manifest.id), `id "${manifest.id}" is not kebab case.`),
    ...when(!SEMVER.test(manifest.version), `version "${manifest.version}" is not a semantic version.`),
    ...when(manifest.title.trim() === '', 'title is empty.'),
    ...when(manifest.description.trim() === '', 'description is empty.'),
    ...when(manifest.auth.length === 0, 'auth names no method; declare "none" if there is none.'),
    ...rateFaults(manifest.rate),
    ...configFaults(manifest),
    ...manifest.hosts.flatMap((rule) => hostFaults(rule, manifest)),
    ...checkFaults(manifest),
    ...when(Object.keys(manifest.operations).length === 0, 'operations is empty.'),
    ...Object.entries(manifest.operations).flatMap(([id, spec]) => operationFaults(id, spec)),
  ];
}

/** Checks, operations and streams of which the README says nothing. */
export function unexplained({ checks, operations, streams }: ConnectorManifest, readme: string): string[] {
  const names = [...checks.map(({ id }) => id), ...Object.keys(operations), ...Object.keys(streams)];
  return names.filter((name) => !readme.includes(name));
}

function rateFaults({
  requestsPerSecond,
  burst,
  windows,
  concurrency,
  backfillShare,
  quota,
}: RateLimit): string[] {
  const share = backfillShare ?? 1;
  return [
    ...when(!(requestsPerSecond > 0) || burst < 1, 'rate must be positive.'),
    ...(windows ?? []).flatMap(({ perSeconds, requests }) =>
      when(!(perSeconds > 0) || requests < 1, 'a window of the rate must be positive.'),
    ),
    ...when(concurrency !== undefined && !(concurrency >= 1), 'concurrency must be at least one.'),
    ...when(!(share > 0 && share <= 1), 'backfillShare must be above 0 and at most 1.'),
    ...when(
      quota !== undefined && quota.header !== quota.header.toLowerCase(),
      'quota.header must be lower case.',
    ),
  ];
}

function configFaults(manifest: ConnectorManifest): string[] {
  return Object.entries(configProperties(manifest)).flatMap(([name, schema]) => [
    ...when(
      SECRET_NAME.test(name),
      `config.${name} looks like a secret; secrets belong to the credential, which connectors never see.`,
    ),
    ...when(!hasText(schema, 'title'), `config.${name} has no title for the form.`),
    ...when(!hasText(schema, 'description'), `config.${name} has no description for the form.`),
  ]);
}

function configProperties(manifest: ConnectorManifest): Record<string, unknown> {
  return manifest.config.properties ?? {};
}

function hasText(schema: unknown, key: string): boolean {
  const value = typeof schema === 'object' && schema !== null ? Reflect.get(schema, key) : undefined;
  return typeof value === 'string' && value.trim() !== '';
}

function hostFaults(rule: HostRule, manifest: ConnectorManifest): string[] {
  if ('host' in rule)
    return when(!/^[a-z0-9.-]+$/.test(rule.host), `host "${rule.host}" is no plain host name.`);
  if ('template' in rule) return templateFaults(rule.template, manifest);
  return when(!(rule.fromConfig in configProperties(manifest)), missing(rule.fromConfig));
}

/** A tenant fills in the beginning of a name; whose the name is must stand in the manifest. */
function templateFaults(template: string, manifest: ConnectorManifest): string[] {
  const holes = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  return [
    ...when(
      !/^[a-z0-9.-]*\{\w+\}[a-z0-9.{}_-]*\.[a-z0-9-]+\.[a-z]{2,}$/i.test(template) || holes.length > 2,
      `host template "${template}" does not end in a fixed domain of at least two labels.`,
    ),
    ...holes.flatMap((name) => when(!(name in configProperties(manifest)), missing(name))),
  ];
}

function missing(property: string): string {
  return `a host rule reads config.${property}, which the configuration does not have.`;
}

function checkFaults(manifest: ConnectorManifest): string[] {
  const ids = manifest.checks.map((check) => check.id);
  return [
    ...when(ids.length === 0, 'checks is empty; a person must be able to test the connection.'),
    ...when(new Set(ids).size < ids.length, 'two checks share an id.'),
    ...ids.flatMap((id) => when(!KEBAB.test(id), `check "${id}" is not kebab case.`)),
  ];
}

function operationFaults(id: string, spec: OperationSpec): string[] {
  const { maxRecords, maxBytes } = spec.batch;
  return [
    ...when(!KEBAB.test(id), `operation "${id}" is not kebab case.`),
    ...when(spec.description.trim() === '', `operation "${id}" has no description.`),
    ...when(
      !(Number.isInteger(maxRecords) && maxRecords >= 1 && Number.isInteger(maxBytes) && maxBytes >= 1024),
      `operation "${id}" needs whole batch limits of at least one record and 1024 bytes.`,
    ),
    ...when(spec.dataClasses.length === 0, `operation "${id}" names no data class.`),
    ...when(
      spec.kind === 'delete' && spec.input !== 'withdrawal',
      `operation "${id}" deletes, so its input is a withdrawal.`,
    ),
  ];
}

function when(fault: boolean, sentence: string): string[] {
  return fault ? [sentence] : [];
}
