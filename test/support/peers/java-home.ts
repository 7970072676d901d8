import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where Linux distributions put their Java. */
const SYSTEM = '/usr/lib/jvm';

/** The home of a JDK (with `javac`) of this version or a newer one: of JAVA_HOME, the PATH, or the system's folder. */
export function javaHome(least: number): string | undefined {
  return candidates().find((home) => existsSync(join(home, 'bin', 'javac')) && versionOf(home) >= least);
}

function candidates(): string[] {
  const named = process.env['JAVA_HOME'];
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'java'))
    .filter((path) => existsSync(path))
    .map((path) => dirname(dirname(realpathSync(path))));
  const ofSystem = existsSync(SYSTEM) ? readdirSync(SYSTEM).map((name) => join(SYSTEM, name)) : [];
  return [...(named === undefined ? [] : [named]), ...onPath, ...ofSystem];
}

/** Every JDK says its version in a file; one that does not counts as too old. */
function versionOf(home: string): number {
  const release = join(home, 'release');
  if (!existsSync(release)) return 0;
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8'))?.[1] ?? 0);
}
