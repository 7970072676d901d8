import type { Command } from 'commander';

/** Commands of one file, by their names, and how to load them. */
interface Entry {
  readonly names: readonly string[];
  load(): Promise<readonly Command[]>;
}

/** Every command, in the order of the help. What was not asked for is not even loaded: most of it is other systems' clients. */
export const COMMANDS: readonly Entry[] = [
  { names: ['start'], load: async () => [(await import('./commands/start.ts')).start] },
  {
    names: ['recorder', 'hub', 'worker', 'codec'],
    load: async () => (await import('./commands/roles.ts')).roles,
  },
  { names: ['call'], load: async () => [(await import('./commands/call.ts')).call] },
  { names: ['calls'], load: async () => [(await import('./commands/calls.ts')).calls] },
  { names: ['call-records'], load: async () => [(await import('./commands/call-records.ts')).callRecords] },
  { names: ['drain'], load: async () => [(await import('./commands/drain.ts')).drain] },
  { names: ['size'], load: async () => [(await import('./commands/size.ts')).size] },
  { names: ['sign-in'], load: async () => [(await import('./commands/sign-in.ts')).signIn] },
  {
    names: ['identity-provider'],
    load: async () => [(await import('./commands/identity-provider.ts')).identityProviderCommand],
  },
  { names: ['codec-token'], load: async () => [(await import('./commands/codec-token.ts')).codecToken] },
  { names: ['access'], load: async () => [(await import('./commands/access.ts')).accessCommand] },
  { names: ['audit'], load: async () => [(await import('./commands/audit.ts')).audit] },
  { names: ['consent'], load: async () => [(await import('./commands/consent.ts')).consentCommand] },
  { names: ['cut'], load: async () => [(await import('./commands/cut.ts')).cutCommand] },
  { names: ['disposal'], load: async () => [(await import('./commands/disposal.ts')).disposalCommand] },
  { names: ['grant'], load: async () => [(await import('./commands/grant.ts')).grantCommand] },
  { names: ['export'], load: async () => [(await import('./commands/export.ts')).exportCommand] },
  {
    names: ['hold', 'matter'],
    load: async () => {
      const { holdCommand, matterCommand } = await import('./commands/matter.ts');
      return [holdCommand, matterCommand];
    },
  },
  { names: ['report'], load: async () => [(await import('./commands/report.ts')).report] },
  { names: ['incident'], load: async () => [(await import('./commands/incident.ts')).incidentCommand] },
  { names: ['connection'], load: async () => [(await import('./commands/connection.ts')).connectionCommand] },
  {
    names: ['plan', 'apply', 'applied'],
    load: async () => {
      const { planCommand, applyCommand, appliedCommand } = await import('./commands/apply.ts');
      return [planCommand, applyCommand, appliedCommand];
    },
  },
  { names: ['connector'], load: async () => [(await import('./commands/connector.ts')).connectorCommand] },
  { names: ['delivery'], load: async () => [(await import('./commands/delivery.ts')).deliveryCommand] },
  { names: ['events'], load: async () => [(await import('./commands/events.ts')).eventsCommand] },
  { names: ['mail'], load: async () => [(await import('./commands/mail.ts')).mailCommand] },
  { names: ['webhook'], load: async () => [(await import('./commands/webhook.ts')).webhookCommand] },
  {
    names: ['access-alerts'],
    load: async () => [(await import('./commands/access-alerts.ts')).accessAlertsCommand],
  },
  { names: ['approval'], load: async () => [(await import('./commands/approval.ts')).approvalCommand] },
  { names: ['person'], load: async () => [(await import('./commands/person.ts')).personCommand] },
  { names: ['request'], load: async () => [(await import('./commands/request.ts')).requestCommand] },
  { names: ['policy'], load: async () => [(await import('./commands/policy.ts')).policyCommand] },
  { names: ['trace-copy'], load: async () => [(await import('./commands/trace-copy.ts')).traceCopy] },
  { names: ['token'], load: async () => [(await import('./commands/token.ts')).token] },
  { names: ['users'], load: async () => [(await import('./commands/users.ts')).users] },
  { names: ['ledger'], load: async () => [(await import('./commands/ledger.ts')).ledger] },
  { names: ['trust'], load: async () => [(await import('./commands/trust.ts')).trust] },
  { names: ['verify'], load: async () => [(await import('./commands/verify.ts')).verify] },
  { names: ['witness'], load: async () => [(await import('./commands/witness.ts')).witness] },
  { names: ['doctor'], load: async () => [(await import('./commands/doctor.ts')).doctor] },
  { names: ['keys'], load: async () => [(await import('./commands/keys.ts')).keys] },
  { names: ['restore'], load: async () => [(await import('./commands/restore.ts')).restore] },
  { names: ['migrate'], load: async () => [(await import('./commands/migrate.ts')).migrateCommand] },
  { names: ['prepare'], load: async () => [(await import('./commands/prepare.ts')).prepare] },
  {
    names: ['temporal-apply'],
    load: async () => [(await import('./commands/temporal-apply.ts')).temporalApply],
  },
];

/** The commands that this command line needs: the one that it names, or all where it names none. */
export async function loadCommands(argv: readonly string[]): Promise<Command[]> {
  const asked = COMMANDS.filter(({ names }) => names.includes(argv[2] ?? ''));
  const loaded: Command[] = [];
  for (const { load } of asked.length === 0 ? COMMANDS : asked) loaded.push(...(await load()));
  return loaded;
}
