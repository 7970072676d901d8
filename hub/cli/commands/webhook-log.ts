import { InvalidArgumentError, Option, type Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { listMessages, readMessage } from '../../../recorder-core/records/webhook-log.ts';
import type { WebhookMessage } from '../../../recorder-core/records/webhook-messages.ts';
import { findEndpoint } from '../../webhooks/out/manage-endpoints.ts';
import { renderEvent } from '../../webhooks/out/render-event.ts';
import { recoverMessages, resendMessage } from '../../webhooks/out/repeat-events.ts';
import { actForPerson, type Options } from '../act-for-person.ts';
import { parseInstant } from '../parse-argument.ts';
import { print } from '../print.ts';
import { onOneEndpoint } from './on-one-endpoint.ts';
import { textsOf } from '../texts-of.ts';

const log = onOneEndpoint(
  'log',
  'Shows the youngest messages, 100 at once, and what became of them.',
  ({ state, before }, id = '') => ({
    path: '/webhooks/:id/messages',
    params: { id },
    query: textsOf({ state, before, limit: 100 }),
  }),
)
  .addOption(new Option('--state <state>', 'Only those.').choices(['waiting', 'sent', 'failed']))
  .option('--before <index>', 'Goes on below the last one shown.', parseIndex)
  .action((id: string, options: Options) =>
    actForPerson(options, 'connection.read', async (tx) => {
      await findEndpoint(tx, id);
      const state = options['state'] as 'waiting' | 'sent' | 'failed' | undefined;
      const before = options['before'] as number | undefined;
      const found = await listMessages(tx, {
        endpointId: id,
        ...(state !== undefined && { state }),
        ...(before !== undefined && { before }),
        limit: 100,
      });
      for (const { leafIndex, type, eventAt, ...one } of found)
        print(
          `${String(leafIndex).padStart(10)}  ${eventAt.toISOString()}  ${type.padEnd(24)} ${standingOf(one)}`,
        );
    }),
  );

const message = onOneEndpoint(
  'message',
  'Shows one message: what came of each attempt, and what is sent.',
  (_options, id = '', index = '') => ({
    path: '/webhooks/:id/messages/:index',
    params: { id, index: String(index) },
  }),
)
  .argument('<index>', 'Number of the event, as `log` shows it.', parseIndex)
  .action((id: string, index: number, options: Options) =>
    actForPerson(options, 'connection.read', async (tx, { tenantId }) => {
      const found = await readMessage(tx, id, index);
      if (found === undefined)
        throw new HoldfastError('not_found', 'This endpoint was not told of such an event.');
      const { type, body, tries } = found;
      print(`${type}  ${standingOf(found)}`);
      for (const { at, durationMs, outcome, status, answer } of tries)
        print(
          `  ${at.toISOString()}  ${String(durationMs).padStart(6)} ms  ${outcome}${status === null ? '' : ` ${status}`}${answer === null ? '' : `: ${answer}`}`,
        );
      print(JSON.stringify(renderEvent(tenantId, index, type, body), null, 2));
    }),
  );

const resend = onOneEndpoint('resend', 'Sends one event again under its id, whatever became of it.')
  .argument('<index>', 'Number of the event, as `log` shows it.', parseIndex)
  .action((id: string, index: number, options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      await resendMessage(tx, asking, id, index);
      print('✓ queued');
    }),
  );

const recover = onOneEndpoint('recover', 'Sends again, since a time, everything that was not taken.')
  .requiredOption('--since <time>', 'RFC 3339, such as 2026-11-26T08:00:00Z.', parseInstant)
  .option('--missing', 'Also what it was never told of.')
  .action((id: string, options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      const { again, missing, more } = await recoverMessages(tx, asking, id, {
        since: options['since'] as Date,
        missing: options['missing'] === true,
      });
      print(`✓ ${again} queued again, ${missing} that it was never told of`);
      if (more) print('There may be more than is queued at once. Run this again to go on.');
    }),
  );

/** What endpoints were sent, and sending it again. */
export const webhookLogCommands: readonly Command[] = [log, message, resend, recover];

function standingOf({
  state,
  attempts,
  dueAt,
}: Pick<WebhookMessage, 'state' | 'attempts' | 'dueAt'>): string {
  return `${state}, ${attempts} attempts${dueAt === null ? '' : `, next ${dueAt.toISOString()}`}`;
}

function parseIndex(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give the number of the event.');
  return Number(text);
}
