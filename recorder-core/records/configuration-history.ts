import type { Tx } from './database.ts';

/** Everything that is configured and keeps what it said before. */
export const CONFIGURATION_KINDS = [
  'connection',
  'webhook',
  'hr-mapping',
  'file',
  'access-policy',
  'policy',
  'rule-pack',
  'identity-provider',
  'role-rules',
  'role-mapping',
  'incident-levels',
  'access-rules',
] as const;
export type ConfigurationKind = (typeof CONFIGURATION_KINDS)[number];

/** `proposed`: was never in force, or waits for a second person. */
export type ConfigurationState = 'current' | 'former' | 'proposed' | 'removed';

/** One version of one thing. */
export interface ConfigurationEntry {
  readonly kind: ConfigurationKind;
  readonly objectId: string;
  /** Names the version among those of its thing: a number, or a digest. */
  readonly version: string;
  /** What people call it. */
  readonly label: string;
  readonly name: string;
  readonly at: string;
  /** Null where no person did, or none is known. */
  readonly by: string | null;
  readonly note: string | null;
  readonly state: ConfigurationState;
  /** The version whose content it repeats. */
  readonly repeats: string | null;
}

/** Where a page goes on: below this entry. */
export type ConfigurationPlace = Pick<ConfigurationEntry, 'at' | 'kind' | 'objectId' | 'version'>;

const ENTRIES = `
  select 'connection' as kind, v.connection_id::text as "objectId", v.version::text as version, v.version::text as label,
         c.name, v.made_at as at, u.name as by, v.why as note,
         case when c.state = 'removed' then 'removed' when v.version = c.version then 'current' else 'former' end as state,
         v.rolled_back_to::text as repeats
    from connection_version v
    join connection c on c.tenant_id = v.tenant_id and c.id = v.connection_id
    left join app_user u on u.tenant_id = v.tenant_id and u.id = v.made_by
  union all
  select 'access-policy', 'policies', p.version::text, p.version::text, '', coalesce(p.published_at, p.made_at), u.name, p.note,
         case p.state when 'published' then 'current' when 'superseded' then 'former' else 'proposed' end, p.repeats::text
    from access_policy p left join app_user u on u.tenant_id = p.tenant_id and u.id = p.made_by
  union all
  select 'policy', 'own', p.version::text, p.version::text, '', coalesce(p.activated_at, p.proposed_at), u.name, p.note,
         case p.state when 'active' then 'current' when 'superseded' then 'former' else 'proposed' end, null
    from tenant_policy p left join app_user u on u.tenant_id = p.tenant_id and u.id = p.proposed_by
  union all
  select 'rule-pack', 'pack', p.digest, p.version, p.pack_id, coalesce(p.activated_at, p.loaded_at), u.name, null,
         case p.state when 'active' then 'current' when 'superseded' then 'former' else 'proposed' end, null
    from rule_pack p left join app_user u on u.tenant_id = p.tenant_id and u.id = coalesce(p.activated_by, p.loaded_by)
  union all
  select 'file', a.source, a.id::text, left(a.digest, 12), a.source, a.applied_at, u.name, a.why,
         case when a.applied_at = max(a.applied_at) over (partition by a.source) then 'current' else 'former' end, null
    from configuration_application a left join app_user u on u.tenant_id = a.tenant_id and u.id = a.applied_by
  union all
  select h.kind, h.object_id, h.version::text, h.version::text, h.name, h.changed_at, u.name, h.note,
         case when h.content is null then 'removed'
              when h.version = max(h.version) over (partition by h.kind, h.object_id) then 'current' else 'former' end, null
    from configuration_change h left join app_user u on u.tenant_id = h.tenant_id and u.id = h.changed_by`;

/** Versions of all kinds that are named, newest first. */
export async function listConfiguration(
  tx: Tx,
  asked: {
    readonly kinds: readonly ConfigurationKind[];
    readonly objectId?: string | undefined;
    readonly below?: ConfigurationPlace | undefined;
    readonly limit: number;
  },
): Promise<ConfigurationEntry[]> {
  const { below } = asked;
  const { rows } = await tx.query<Omit<ConfigurationEntry, 'at'> & { at: Date }>(
    `select * from (select kind, "objectId", version, label, name, date_trunc('milliseconds', at) as at, by, note, state,
                           repeats from (${ENTRIES}) each) entry
      where kind = any ($1) and ($2::text is null or "objectId" = $2)
        and ($3::timestamptz is null or (at, kind, "objectId", version) < ($3::timestamptz, $4::text, $5::text, $6::text))
      order by at desc, kind desc, "objectId" desc, version desc limit $7`,
    [
      asked.kinds,
      asked.objectId ?? null,
      below?.at ?? null,
      below?.kind ?? null,
      below?.objectId ?? null,
      below?.version ?? null,
      asked.limit,
    ],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** What one version says; undefined where there is none, null where the thing was removed with it. */
export async function readConfigurationContent(
  tx: Tx,
  kind: ConfigurationKind,
  objectId: string,
  version: string,
): Promise<Readonly<Record<string, unknown>> | null | undefined> {
  const [text, values] = contentOf(kind, objectId, version);
  if (text === undefined) return undefined;
  const { rows } = await tx.query<{ content: Record<string, unknown> | null }>(text, values);
  return rows[0]?.content;
}

function contentOf(
  kind: ConfigurationKind,
  objectId: string,
  version: string,
): [string | undefined, unknown[]] {
  switch (kind) {
    case 'connection':
      return [
        `select jsonb_build_object('config', config, 'mappings', mappings, 'reshapes', reshapes) as content
           from connection_version where connection_id::text = $1 and version::text = $2`,
        [objectId, version],
      ];
    case 'access-policy':
      return [
        `select jsonb_build_object('text', text, 'examples', examples) as content
           from access_policy where version::text = $1`,
        [version],
      ];
    case 'policy':
      return ['select body as content from tenant_policy where version::text = $1', [version]];
    case 'rule-pack':
      return [
        "select convert_from(bytes, 'UTF8')::jsonb as content from rule_pack where digest = $1",
        [version],
      ];
    case 'file':
      return [undefined, []];
    default:
      return [
        'select content from configuration_change where kind = $1 and object_id = $2 and version::text = $3',
        [kind, objectId, version],
      ];
  }
}
