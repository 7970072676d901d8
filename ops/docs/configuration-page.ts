import { z } from 'zod';
import type { Setting } from '../../hub/config/setting.ts';
import { environmentName, SETTINGS } from '../../hub/config/settings.ts';

const INTRODUCTION = `# Configuration

<!-- Written by ops/docs/write-pages.ts from hub/config/settings.ts. Change the table there and run it again. -->

For whoever installs and runs Holdfast. Settings are read once, at the start, into one frozen object
(\`hub/config/read-config.ts\`). A later source wins:

1. the default,
2. the YAML file named by \`--config\`, with the setting's name as the key,
3. the environment variable,
4. the option of the command line.

A name that does not exist, a value that cannot be and a setting that is missing stop the start with a sentence that
names the setting. Give secrets in the environment: a command line is public on its machine.

\`holdfast start\` computes the settings it can: the database URLs, the Temporal address, and the ports inside.
`;

/** docs/configuration.md as it must be. Pure. */
export function configurationPage(): string {
  const settings = Object.entries<Setting>(SETTINGS);
  const sections = settings.map(([name, setting]) => section(name, setting));
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

function section(name: string, { flag, schema, about, secret }: Setting): string {
  const byDefault = schema.safeParse(undefined);
  const facts = [
    `- Environment: \`${environmentName(name)}\``,
    flag === undefined ? undefined : `- Option: \`--${flag}\``,
    `- Value: ${valueOf(schema)}`,
    `- Default: ${byDefault.success ? shown(byDefault.data) : 'none; it must be set'}`,
    secret === undefined
      ? undefined
      : '- Secret: give it in the environment or in a file that only this user can read.',
  ];
  return [`## ${name}`, '', escaped(about), '', ...facts.filter((fact) => fact !== undefined), ''].join('\n');
}

/** Angle brackets outside code would vanish as HTML. */
function escaped(text: string): string {
  return text.replaceAll('<', '\\<');
}

function shown(value: unknown): string {
  if (value === undefined) return 'not set';
  return Array.isArray(value) ? `\`${value.join(',')}\`` : `\`${String(value)}\``;
}

/** What a value may be, in words, from its schema. */
function valueOf(schema: z.ZodType): string {
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any' }) as Readonly<Record<string, unknown>>;
  const { type, minimum, maximum, pattern, format } = shape;
  const choices = shape['enum'];
  if (Array.isArray(choices)) return `one of ${choices.map((choice) => `\`${String(choice)}\``).join(', ')}`;
  if (type === 'boolean') return '`true` or `false`';
  if (type === 'integer') {
    const isOpen = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER;
    return `a whole number, ${isOpen ? `${String(minimum)} or more` : `${String(minimum)} to ${String(maximum)}`}`;
  }
  if (type === 'number') return `a number, ${String(minimum)} to ${String(maximum)}`;
  if (format === 'uri') return 'a URL';
  if (format === 'uuid') return 'a UUID';
  if (typeof pattern === 'string') return `a text that matches \`${pattern}\``;
  return type === 'string' ? 'a text' : 'a list, with commas between';
}
