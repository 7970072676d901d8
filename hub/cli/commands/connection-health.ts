import { readAllHealth, readHealth, type ConnectionHealth } from '../../connections/connection-health.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';
import { ReadingCommand } from '../reading-command.ts';

/** How connections are, as far as it is known here. */
export const healthCommand = acting(
  new ReadingCommand('health', (_options, id) =>
    id === undefined ? { path: '/connection-health' } : { path: '/connections/:id/health', params: { id } },
  ),
)
  .description('Tells how connections are, or one with all its checks, without asking the remote systems.')
  .argument('[connection]', 'Id, as `holdfast connection list` shows it.', parseId)
  .action((id: string | undefined, options: Options) =>
    actForPerson(options, 'connection.read', async (tx, { now }) => {
      if (id === undefined) {
        for (const one of await readAllHealth(tx, now))
          print([['connection', `${one.row.id}  ${one.row.name}`], ...pulseOf(one)]);
        return;
      }
      const health = await readHealth(tx, id, now);
      print([...pulseOf(health), ...checksOf(health)]);
    }),
  );

type Line = readonly [name: string, said: string];

function pulseOf({
  row,
  deliveries,
  token,
  budget,
  remains,
  rebuildDueSince,
}: Omit<ConnectionHealth, 'checks'>): Line[] {
  const error = deliveries?.error ?? null;
  return [
    ['state', `${row.state} since ${row.stateAt.toISOString()}, version ${row.version}`],
    ['waiting', `${deliveries?.queued ?? 0}, the oldest since ${deliveries?.oldestQueuedAt ?? '-'}`],
    ['dead letters', String(deliveries?.dead ?? 0)],
    ['last hour', `${deliveries?.attempts ?? 0} attempts, ${deliveries?.failed ?? 0} took nothing`],
    ['last success', deliveries?.lastDoneAt ?? 'never'],
    [
      'last failure',
      [deliveries?.lastFailedAt ?? 'never', error?.title, error?.fix].filter(Boolean).join(' '),
    ],
    ...(deliveries?.closedUntil == null ? [] : [['asked again', deliveries.closedUntil] as const]),
    ['token', tokenOf(token)],
    ['breaker', breakerOf(budget)],
    [
      'rebuild',
      rebuildDueSince === undefined ? '-' : `due since the change of ${rebuildDueSince.toISOString()}`,
    ],
    ['quota left', quotaOf(budget)],
    ['still there', remains === undefined ? '-' : `${remains.recordings} recordings, ${remains.held} held`],
  ];
}

function tokenOf(token: ConnectionHealth['token']): string {
  if (token === undefined) return 'none needed yet';
  const { state, code, refusals, obtainedAt, expiresAt, refreshAt } = token;
  return [
    `${state}${code === null ? '' : ` (${code}, ${refusals} times)`}`,
    ...(obtainedAt === null ? [] : [`since ${obtainedAt.toISOString()}`]),
    ...(expiresAt === null ? [] : [`ends ${expiresAt.toISOString()}`]),
    ...(refreshAt === null ? [] : [`renewed ${refreshAt.toISOString()}`]),
  ].join(', ');
}

function breakerOf(budget: ConnectionHealth['budget']): string {
  if (budget === undefined || budget.breaker === 'closed') return 'closed';
  const since = budget.failingSince === null ? '' : `, failing since ${budget.failingSince.toISOString()}`;
  return `${budget.breaker}${since}, next try ${budget.probeAt?.toISOString() ?? '-'}`;
}

function quotaOf(budget: ConnectionHealth['budget']): string {
  if (budget === undefined || budget.quotaAt === null) return 'not told';
  const of = budget.quotaLimit === null ? '' : ` of ${budget.quotaLimit}`;
  return `${budget.quotaRemaining ?? '-'}${of}, told ${budget.quotaAt.toISOString()}`;
}

function checksOf({ checks }: ConnectionHealth): Line[] {
  return checks.map(({ id, last, current }) => [
    id,
    last === null
      ? 'never ran'
      : `${last.status} ${last.ranAt.toISOString()}${current ? '' : ' (not current)'} ${last.detail} ${last.fix ?? ''}`,
  ]);
}

function print(lines: readonly Line[]): void {
  for (const [name, said] of lines) process.stdout.write(`${name.padEnd(13)} ${said.trim()}\n`);
}
