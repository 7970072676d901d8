import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROUTES = join(import.meta.dirname, '../../../admin-ui/src/routes');

/** The path of every route of the console, as its router's files state them. */
export function consoleRoutes(): readonly string[] {
  const files = readdirSync(ROUTES).filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'));
  const paths = files.flatMap((file) =>
    [...readFileSync(join(ROUTES, file), 'utf8').matchAll(/^\s+path: '([^']+)'/gm)].map(
      ([, path = '']) => path,
    ),
  );
  return paths.sort();
}
