import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KEBAB } from '../../connectors/kit/check-manifest.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';

/** A connector to be begun. */
export interface NewConnector {
  /** Kebab case; the folder's name. */
  readonly id: string;
  /** As people read it. */
  readonly title: string;
}

/**
 * Begins a connector as a copy of `connectors/sample`, under names of its own, and enters it in the registry: one folder
 * and one line. What stands there passes the acceptance suite over a service of its own, and is then changed step by
 * step. All or nothing; answers the files that were written, from the root of the checkout.
 * @throws HoldfastError `invalid_input` for a bad id or title, `conflict` for a folder that exists.
 */
export async function newConnector(root: string, { id, title }: NewConnector): Promise<string[]> {
  if (!KEBAB.test(id) || id === 'kit' || id === 'sample')
    throw new HoldfastError(
      'invalid_input',
      `"${id}" is no name for a connector. Use kebab case, such as "acme-crm".`,
    );
  if (!/^[A-Za-z][A-Za-z0-9 .&+-]{0,60}$/.test(title))
    throw new HoldfastError(
      'invalid_input',
      'The title must be one to 61 letters, digits, spaces or . & + -, a letter first.',
    );
  const folder = join(root, 'connectors', id);
  if (await exists(folder))
    throw new HoldfastError(
      'conflict',
      `connectors/${id} exists. Choose another id, or remove the folder first.`,
    );
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const names = await copySample(join(root, 'connectors/sample'), unfinished, renaming(id, title));
  await enterInRegistry(join(root, 'connectors/registry.ts'), id, () => rename(unfinished, folder));
  return ['connectors/registry.ts', ...names.map((name) => `connectors/${id}/${name}`)];
}

type Renaming = (text: string) => string;

/** `sample` in the names of files and things becomes the id, `Sample` in sentences the title. */
function renaming(id: string, title: string): Renaming {
  const pascal = pascalOf(id);
  return (text) =>
    text
      .replace(/\bSAMPLE_/g, `${id.replaceAll('-', '_').toUpperCase()}_`)
      .replace(/\bsample(?=[-.])/g, id)
      .replace(/'sample'/g, `'${id}'`)
      .replace(/\bsample(?=\b|[A-Z])/g, camelOf(id))
      .replace(/Sample(?=[A-Z])|(?<=[a-z])Sample\b/g, pascal)
      .replace(/\bSample\b/g, title);
}

async function copySample(from: string, to: string, rename: Renaming): Promise<string[]> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== 'acceptance.json')
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (path) => {
      const name = rename(path.slice(from.length + 1));
      await mkdir(dirname(join(to, name)), { recursive: true });
      await writeFile(join(to, name), rename(await readFile(path, 'utf8')));
      return name;
    }),
  );
}

/** The line is written only once the folder stands. */
async function enterInRegistry(path: string, id: string, place: () => Promise<void>): Promise<void> {
  const before = await readFile(path, 'utf8');
  const name = camelOf(id);
  const after = before
    .replace(/(?=\n\/\*\* All connectors)/, `import { ${name} } from './${id}/connector.ts';\n`)
    .replace(/(connectors: readonly Connector\[\] = \[[^\]]*?),?(\s*\];)/, `$1, ${name}$2`);
  if (after.split(name).length < before.split(name).length + 2)
    throw new HoldfastError(
      'internal',
      'connectors/registry.ts does not look as expected; nothing was entered.',
    );
  await place();
  await writeFile(path, after);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function pascalOf(id: string): string {
  return id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function camelOf(id: string): string {
  const pascal = pascalOf(id);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}
