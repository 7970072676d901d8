import { posix } from 'node:path';
import { FOUNDATION, INTEGRATION_TEST, TEST_FILE, TEST_PACKAGES, WIDE_TESTS } from './floors.ts';
import type { Floor, PackageRule } from './floor.ts';
import type { Exception } from './floors.ts';
import type { ModuleEdge } from './module-edges.ts';

/** What the files are held against. */
export interface House {
  readonly floors: readonly Floor[];
  readonly exceptions: readonly Exception[];
}

/** A floor with the very folder that a file of it stands in. */
interface Place {
  readonly floor: Floor;
  readonly folder: string;
}

/** Every breach as one printable line, `file:line -> file: the rule`; empty when the house stands. Pure. */
export function findBreaches(edges: readonly ModuleEdge[], house: House): string[] {
  const used = new Set<Exception>();
  const breaches = edges.flatMap((edge) => {
    const fault = faultOf(edge, house, used);
    return fault === undefined ? [] : [`${edge.from}:${edge.line} -> ${targetOf(edge)}: ${fault}`];
  });
  const unused = house.exceptions.filter((exception) => !used.has(exception));
  return [
    ...breaches,
    ...unused.map(({ from, to }) => `${from} -> ${to}: this exception is not needed any more; remove it.`),
  ];
}

/** Files that belong to no floor. */
export function findHomeless(files: readonly string[], floors: readonly Floor[]): string[] {
  return files
    .filter((file) => placeOf(file, floors) === undefined)
    .map(
      (file) =>
        `${file}: no floor names its folder; add one to test/architecture/floors.ts or hub-floors.ts.`,
    );
}

/** The imported file from the root; the name itself for a package or a module of Node. */
export function targetOf({ from, specifier }: Pick<ModuleEdge, 'from' | 'specifier'>): string {
  return isOurs(specifier) ? posix.join(posix.dirname(from), specifier) : specifier;
}

function isOurs(specifier: string): boolean {
  return specifier.startsWith('.');
}

function faultOf(edge: ModuleEdge, house: House, used: Set<Exception>): string | undefined {
  if (INTEGRATION_TEST.test(edge.from) || WIDE_TESTS.some(({ path }) => path === edge.from)) return undefined;
  const isTest = TEST_FILE.test(edge.from);
  const place = placeOf(edge.from, house.floors);
  if (place === undefined) return undefined; // reported as homeless
  if (!isOurs(edge.specifier)) return isTest ? undefined : packageFault(edge, place.floor);
  const target = targetOf(edge);
  if (isTest && target.startsWith('test/support/')) return undefined;
  if (!isTest && TEST_FILE.test(target) && !place.floor.mayImport.includes(target)) {
    return 'Only tests import what is made for tests.';
  }
  if (mayImport(place, edge, target, isTest, house.floors)) return undefined;
  const exception = house.exceptions.find(({ from, to }) => from === edge.from && to === target);
  if (exception === undefined) return place.floor.rule;
  used.add(exception);
  return undefined;
}

function mayImport(
  { floor, folder }: Place,
  { typeOnly }: ModuleEdge,
  target: string,
  isTest: boolean,
  floors: readonly Floor[],
): boolean {
  if (target === FOUNDATION) return true;
  const home = placeOf(target, floors);
  if (home?.floor === floor && home.folder === folder) return true;
  const allowed = typeOnly || isTest ? [...floor.mayImport, ...(floor.typesOf ?? [])] : floor.mayImport;
  return allowed.some((path) => covers(path, target));
}

/** `a/b` covers itself and all below; `a/*` all below; `*` everything. */
function covers(path: string, target: string): boolean {
  const folder = path.replace(/\/?\*$/, '');
  return folder === '' || target === folder || target.startsWith(`${folder}/`);
}

function packageFault({ specifier }: ModuleEdge, { packages, rule }: Floor): string | undefined {
  if (TEST_PACKAGES.includes(specifier)) return 'Only tests import this package.';
  return packages === undefined || permits(packages, specifier) ? undefined : rule;
}

function permits(rule: PackageRule, specifier: string): boolean {
  const isNamed = (names: readonly string[]): boolean =>
    names.some((name) =>
      name.endsWith('*')
        ? specifier.startsWith(name.slice(0, -1))
        : specifier === name || (!name.startsWith('node:') && specifier.startsWith(`${name}/`)),
    );
  return 'only' in rule ? isNamed(rule.only) : !isNamed(rule.not);
}

/** The floor of a file: the one with the longest folder that holds it. */
function placeOf(file: string, floors: readonly Floor[]): Place | undefined {
  const places = floors.flatMap((floor) => {
    const folder = folderFor(file, floor);
    return folder === undefined ? [] : [{ floor, folder }];
  });
  return places.sort((a, b) => weight(b) - weight(a))[0];
}

/** Of two floors at one folder, the one that is named outweighs the `*`. */
function weight({ floor, folder }: Place): number {
  return folder.length * 2 + (floor.folder.endsWith('*') ? 0 : 1);
}

function folderFor(file: string, { folder, direct }: Floor): string | undefined {
  if (direct) return posix.dirname(file) === folder ? folder : undefined;
  if (!folder.endsWith('/*')) return file.startsWith(`${folder}/`) ? folder : undefined;
  const base = folder.slice(0, -1);
  const rest = file.startsWith(base) ? file.slice(base.length).split('/') : [];
  return rest.length > 1 ? `${base}${rest[0] ?? ''}` : undefined;
}
