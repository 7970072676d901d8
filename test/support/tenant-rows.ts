import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from './test-database.ts';

/** A table as the catalog knows it; partitions are listed by themselves. */
export interface Table {
  readonly name: string;
  readonly owner: string;
  readonly partition: boolean;
  readonly rls: boolean;
  readonly policies: string[] | null;
  readonly columns: readonly Column[];
}

/** One of its columns. */
export interface Column {
  readonly name: string;
  readonly type: string;
  /** A row can be made without it. */
  readonly optional: boolean;
}

/** Every table of the schema, by name. */
export function readCatalog(database: TestDatabase): Promise<Table[]> {
  return database.asOwner<Table & pg.QueryResultRow>(
    `select c.relname as name, pg_get_userbyid(c.relowner) as owner, c.relispartition as partition, c.relrowsecurity as rls,
            (select array_agg(polname::text) from pg_policy where polrelid = c.oid
               and (select oid from pg_roles where rolname = 'holdfast_app') = any (polroles)) as policies,
            (select jsonb_agg(jsonb_build_object('name', attname, 'type', format_type(atttypid, null),
                                                 'optional', atthasdef or attidentity <> '' or not attnotnull) order by attnum)
               from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
       from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by c.relname`,
  );
}

/** Values that the tables' own checks ask for; everything else is made from its type. */
const CHECKED: Readonly<Record<string, unknown>> = {
  'service_credential.kind': 'token',
  'service_credential.digest': Buffer.alloc(32, 7),
  'service_credential.scope': ['scim'],
  'sign_in_delay.subject': Buffer.alloc(32),
  'access_policy.digest': 'a'.repeat(64),
  'access_policy.state': 'draft',
  'access_grant.kind': 'request',
  'access_grant.user_id': randomUUID(),
  'access_grant.acts': ['recording.play'],
  'access_grant.purpose': 'audit',
  'access_grant.scope': 'matter',
  'access_grant.matter_id': randomUUID(),
  'access_grant.state': 'requested',
  'access_grant.until_at': new Date('2099-01-01'),
  'glass_review.outcome': 'approved',
  'authenticator.kind': 'totp',
  'authenticator.sealed': Buffer.alloc(32),
  'recovery_code.digest': Buffer.alloc(32),
  'presence_challenge.purpose': 'prove',
  'answered_challenge.digest': Buffer.alloc(32),
  'identity_provider.kind': 'saml',
  'identity_provider.state': 'draft',
  'sign_in_attempt.purpose': 'sign-in',
  'mail_setting.language': 'en',
  'mail.kind': 'test',
  'mail.due_at': new Date('2099-01-01'),
  'recording.state': 'captured',
  'recording.source': 'siprec',
  'part.kind': 'media',
  'part.store': 'spool',
  'receipt.outcome': 'done',
  'recorder_node.state': 'taking',
  'recorder_node.node': 'node-of-nobody-else',
  'live_call.state': 'recording',
  'recorder_command.verb': 'drain',
  'recording_identity.kind': 'session',
  'recording_relation.kind': 'same-call',
  'ledger_node.hash': Buffer.alloc(32),
  'ledger_alarm.kind': 'log-shrank',
  'ledger_signing_key.name': 'ledger-1',
  'export.state': 'requested',
  'recording_cut.labels': ['1'],
  'recording_cut.from_ms': 0,
  'recording_cut.to_ms': 1,
  'recording_cut.ground': 'card-data',
  'part_disposal.ground': 'erasure',
  'part_disposal.part_ids': [randomUUID()],
  'subject_request.kind': 'access',
  'subject_request.source': 'api',
  'request_identifier.kind': 'name',
  'request_item.decision': 'give',
  'request_receipt.outcome': 'erased',
  'retention_trigger.trigger': 'contractEnd',
  'rule_pack.digest': 'a'.repeat(64),
  'rule_pack.state': 'loaded',
  'consent_evidence.kind': 'announced',
  'consent_change.kind': 'withdrawn',
  'consent_change.effect': 'restrict',
  'consent_change.source': 'api',
  'consent_change.state': 'asked',
  'consent_change.recording_id': randomUUID(),
  'consent_change_item.action': 'kept',
  'consent_evidence.source': 'sip',
  'tenant_policy.digest': 'a'.repeat(64),
  'tenant_policy.state': 'proposed',
  'approval.state': 'open',
  'role_change.operation': 'leave',
  'role_change.state': 'waiting',
  'delegation.until_at': new Date('2099-01-01'),
  'hold_spread.act': 'hold.placed',
  'disposal_run.state': 'claiming',
  'disposal_review.outcome': 'approved',
  'hold_release.hold_ids': [randomUUID()],
  'custodian_notice.remind_days': 7,
  'object_store_alert.kind': 'not-worm',
  'object_store_probe.verdict': 'worm',
  'incident.severity': 'low',
  'call_record_source.name': 'pbx-of-nobody-else',
  'call_record_import.origin': 'file',
  'call_record_import.state': 'running',
  'call_record.direction': 'inbound',
  'reconciliation.window_from': new Date('2026-01-01'),
  'reconciliation.window_to': new Date('2026-01-02'),
  'finding.severity': 'minor',
  'finding.state': 'open',
  'compliance_report.cause': 'asked',
  'compliance_report.state': 'asked',
  'compliance_report.seed': Buffer.alloc(32),
  'compliance_report.period_from': new Date('2026-01-01'),
  'compliance_report.period_to': new Date('2026-04-01'),
  'compliance_section.state': 'running',
  'inbound_event.object_digest': Buffer.alloc(32),
  'inbound_event.body_sha256': Buffer.alloc(32),
  'connection_check.status': 'ok',
  'connection_authorization.state_digest': Buffer.alloc(32),
  'delivery_backfill.state': 'done',
  'delivery.lane': 'live',
  'delivery.state': 'queued',
  'delivery_attempt.outcome': 'done',
  'webhook_endpoint.types': ['*'],
  'webhook_endpoint.signing': 'ed25519',
  'webhook_endpoint.state': 'disabled',
  'webhook_endpoint.state_reason': 'person',
  'webhook_message.due_at': new Date('2026-01-01'),
  'webhook_attempt.outcome': 'taken',
  'configuration_application.digest': 'a'.repeat(64),
  'configuration_object.kind': 'connection',
  'connection_comparison.state': 'running',
  'access_alert.kind': 'bulk',
  'access_rules_proposal.state': 'waiting',
  'saved_view.list': 'recordings',
  'default_view.list': 'recordings',
  'configuration_change.kind': 'webhook',
};
const BY_TYPE: Readonly<Record<string, () => unknown>> = {
  uuid: randomUUID,
  text: () => `text ${randomUUID()}`,
  integer: () => 1,
  smallint: () => 1,
  bigint: () => Math.floor(Math.random() * 1e9),
  boolean: () => false,
  'text[]': () => [],
  'uuid[]': () => [],
  jsonb: () => '{}',
  bytea: () => Buffer.from(randomUUID()),
  'bytea[]': () => [],
  'timestamp with time zone': () => new Date(),
  date: () => '2026-11-26',
};

/** A statement that adds a row of a tenant, made from the table's own description. */
export function insertion({ name, columns }: Table, tenantId: string): { text: string; values: unknown[] } {
  const needed = columns.filter((column) => !column.optional || `${name}.${column.name}` in CHECKED);
  const values = needed.map((column) => {
    if (column.name === 'tenant_id') return tenantId;
    return CHECKED[`${name}.${column.name}`] ?? BY_TYPE[column.type]!();
  });
  return {
    text: `insert into ${name} (${needed.map((column) => column.name).join(', ')})
           values (${needed.map((_, i) => `$${i + 1}`).join(', ')})`,
    values,
  };
}

/** As the owner and without foreign keys, so that each table can be filled by itself. */
export async function addRows(
  database: TestDatabase,
  tables: readonly Table[],
  tenantId: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query("set session_replication_role = 'replica'");
    for (const table of tables) {
      const { text, values } = insertion(table, tenantId);
      await client.query(text, values);
    }
  } finally {
    await client.end();
  }
}
