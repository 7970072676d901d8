import { HoldfastError } from '../../../recorder-core/errors.ts';
import { discoverFields, readFields, type FieldsFound } from '../../connections/discover-fields.ts';
import { actForPerson, type Options } from '../act-for-person.ts';
import { askRemotely } from '../act-on-connections.ts';
import { onlyToShow } from '../reading-command.ts';
import { onOneConnection } from './on-one-connection.ts';

type RemoteObjects = NonNullable<FieldsFound['found']>['catalog']['objects'];

/** Asks the other side what it has. */
export const discoverCommand = onOneConnection(
  'discover',
  'Asks the remote system for its objects and fields, and tells what changed.',
)
  .option('--object <name>', 'Shows the fields of this object.')
  .action((id: string, options: Options) =>
    askRemotely(options, async (deps, asking) => {
      show(await discoverFields(deps, asking, id), options['object']);
    }),
  );

/** What it had when it was last asked. */
export const fieldsCommand = onOneConnection(
  'fields',
  'Shows the objects and fields of the remote system as they were last found.',
  ({ object }, id = '') => {
    onlyToShow(object === undefined, 'Leave out --object, or --json.');
    return { path: '/connections/:id/fields', params: { id } };
  },
)
  .option('--object <name>', 'Shows the fields of this object.')
  .action((id: string, options: Options) =>
    actForPerson(options, 'connection.read', async (tx) => {
      show(await readFields(tx, id), options['object']);
    }),
  );

function show({ found, changes, faults }: FieldsFound, object: unknown): void {
  if (found === null) print('Nobody has asked for them yet: holdfast connection discover.');
  const objects = found?.catalog.objects ?? [];
  for (const { name, title, fields } of objects)
    print(`${name}: ${fields.length} fields${title === name ? '' : ` (${title})`}`);
  if (typeof object === 'string' && found !== null) showFields(objects, object);
  for (const { change, object: of, field } of changes)
    print(`${change.padEnd(8)} ${of}${field === null ? '' : `.${field}`}`);
  for (const { operation, row, message } of faults)
    print(`! ${operation}${row === null ? '' : `, row ${row + 1}`}: ${message}`);
}

function showFields(objects: RemoteObjects, wanted: string): void {
  const object = objects.find(({ name }) => name === wanted);
  if (object === undefined)
    throw new HoldfastError(
      'not_found',
      `The remote system has no object "${wanted}". It has: ${plain(objects.map(({ name }) => name).join(', '))}.`,
      { field: '--object' },
    );
  for (const { name, title, type, required, writable, maxLength } of object.fields) {
    const rules = [
      ...(required ? ['needed'] : []),
      ...(writable ? [] : ['read only']),
      ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
      ...(title === name ? [] : [title]),
    ];
    print(`  ${name.padEnd(32)} ${type.padEnd(8)} ${rules.join(', ')}`.trimEnd());
  }
}

/** Names and titles are those of the other side, which has nothing to tell the terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}

function print(line: string): void {
  process.stdout.write(`${plain(line)}\n`);
}
