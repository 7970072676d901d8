/** What the vendor's compiler made of the scoped application, as far as the double needs it: read from its XML. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A column as the compiler wrote it. */
export interface AppColumn {
  readonly name: string;
  readonly label: string;
  /** The platform's word, such as `glide_date_time`. */
  readonly type: string;
  readonly maxLength: number;
  readonly mandatory: boolean;
}

/** A table as the compiler wrote it. */
export interface AppTable {
  readonly name: string;
  readonly label: string;
  readonly columns: readonly AppColumn[];
  /** Columns of each unique index. */
  readonly unique: readonly (readonly string[])[];
  /** Whether the Table API reaches it. */
  readonly webService: boolean;
  /** Whether the platform keeps what its rows were before. */
  readonly audited: boolean;
}

/** The application that was built. */
export interface BuiltApp {
  readonly scope: string;
  readonly tables: readonly AppTable[];
  readonly roles: readonly string[];
  /** Each with the roles of the access control that guards it. */
  readonly endpoints: readonly {
    readonly method: string;
    readonly path: string;
    readonly name: string;
    readonly roles: readonly string[];
  }[];
}

/** The extract that is kept in the repository; `test/interop/servicenow-app.test.ts` compares it with a fresh build. */
export function builtApp(): BuiltApp {
  const path = join(import.meta.dirname, 'servicenow-app.json');
  return JSON.parse(readFileSync(path, 'utf8')) as BuiltApp;
}

/** Reads the output folder of a build. */
export function readBuiltApp(dist: string): BuiltApp {
  const update = filesOf(join(dist, 'app', 'update'));
  const byTable = (table: string): string[] =>
    update.filter((xml) => xml.includes(`<record_update table="${table}">`));
  const roles = new Map(byTable('sys_user_role').map((xml) => [text(xml, 'sys_id'), text(xml, 'name')]));
  const rolesOfAcl = new Map<string, string[]>();
  for (const xml of byTable('sys_security_acl_role')) {
    const acl = text(xml, 'sys_security_acl');
    const role = text(xml, 'sys_user_role');
    rolesOfAcl.set(acl, [...(rolesOfAcl.get(acl) ?? []), roles.get(role) ?? role]);
  }
  return {
    scope: text(byTable('sys_user_role')[0] ?? '', 'name').split('.')[0] ?? '',
    tables: filesOf(join(dist, 'app', 'dictionary'))
      .map(tableOf)
      .toSorted(byName),
    roles: [...roles.values()].toSorted(),
    endpoints: byTable('sys_ws_operation')
      .map((xml) => ({
        method: text(xml, 'http_method'),
        path: text(xml, 'operation_uri'),
        name: text(xml, 'name'),
        roles: text(xml, 'enforce_acl')
          .split(',')
          .flatMap((acl) => rolesOfAcl.get(acl) ?? [acl]),
      }))
      .toSorted(byName),
  };
}

function tableOf(xml: string): AppTable {
  const [, head = '', rest = ''] =
    /<element ([^>]*type="collection"[^>]*)>([\s\S]*)<\/element>/.exec(xml) ?? [];
  const [columns = '', ...indexes] = rest.split('<index ');
  return {
    name: attribute(head, 'name'),
    label: attribute(head, 'label'),
    webService: attribute(head, 'ws_access') === 'true',
    audited: attribute(head, 'audit') === 'true',
    columns: [...columns.matchAll(/<element ([^>]*)\/>/g)].map(([, attributes = '']) => ({
      name: attribute(attributes, 'name'),
      label: attribute(attributes, 'label'),
      type: attribute(attributes, 'type'),
      maxLength: Number(attribute(attributes, 'max_length')),
      mandatory: attribute(attributes, 'mandatory') === 'true',
    })),
    unique: indexes
      .filter((index) => attribute(index, 'unique') === 'true')
      .map((index) => [...index.matchAll(/<element name="([^"]*)"/g)].map(([, name = '']) => name)),
  };
}

function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

function text(xml: string, element: string): string {
  return new RegExp(`<${element}(?: [^>]*)?>([^<]*)</${element}>`).exec(xml)?.[1] ?? '';
}

function attribute(attributes: string, name: string): string {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
