import { credentialForm } from '../../connectors/kit/credential-form.ts';
import type { ConnectorManifest, HostRule, JsonSchema } from '../../connectors/kit/manifest.ts';

/** A connector in one line. Pure. */
export function lineOf({ id, version, title, description }: ConnectorManifest): string {
  return `${id.padEnd(16)} ${version.padEnd(8)} ${title}: ${description}`;
}

/** What a person needs to know to set up a connection on the command line. Pure. */
export function describeConnector(manifest: ConnectorManifest): string[] {
  return [
    lineOf(manifest),
    ...part('Settings (--set name=value)', fieldsOf(manifest.config)),
    ...manifest.auth.flatMap(({ type, title }) =>
      part(`Credential ${type}: ${title}`, fieldsOf(credentialForm(type))),
    ),
    ...part('Hosts that it may reach', manifest.hosts.map(hostOf)),
    ...part(
      'Checks',
      manifest.checks.map(({ id, severity, title }) => `${id.padEnd(20)} ${severity.padEnd(8)} ${title}`),
    ),
    ...part(
      'Operations',
      Object.entries(manifest.operations).map(
        ([id, { description, mapping }]) =>
          `${id.padEnd(20)} ${description}${mapping === undefined ? '' : ' Its fields can be mapped.'}`,
      ),
    ),
    ...part(
      'Streams',
      Object.entries(manifest.streams).map(
        ([id, { description, everySec }]) => `${id.padEnd(20)} ${description} Read every ${everySec} s.`,
      ),
    ),
  ];
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (typeof schema !== 'object') return [];
    const needed = required.includes(name) ? 'needed' : '';
    const said = [schema.title, schema.description, valuesOf(schema)].filter((one) => one !== undefined);
    return [`${name.padEnd(20)} ${needed.padEnd(8)} ${said.map((one) => one.replace(/\.$/, '')).join('. ')}`];
  });
}

function valuesOf({ enum: choices, default: usual }: JsonSchema): string | undefined {
  const said = [
    ...(choices === undefined ? [] : [`one of ${choices.map(String).join(', ')}`]),
    ...(usual === undefined ? [] : [`${JSON.stringify(usual)} where left out`]),
  ];
  return said.length === 0 ? undefined : `(${said.join('; ')})`;
}

function hostOf(rule: HostRule): string {
  if ('host' in rule) return `${rule.host}${rule.port === undefined ? '' : `:${rule.port}`}`;
  if ('template' in rule) return `${rule.template}, filled by the settings`;
  return `the host of the setting "${rule.fromConfig}"`;
}
