import { Argument, Command } from 'commander';
import {
  askAboutCall,
  tellCircumstance,
  type CallVerb,
} from '../../../recorder-core/records/ask-recorder.ts';
import { CIRCUMSTANCES, type Circumstance } from '../../../recorder-core/policy/rule-pack.ts';
import { listLiveCalls, type SeenCall } from '../../../recorder-core/records/live-calls.ts';
import { isHeard, listNodes, type SeenNode } from '../../../recorder-core/records/recorder-nodes.ts';
import { askAndWait } from '../ask-and-wait.ts';
import { parseId } from '../parse-argument.ts';
import { addSettings } from '../settings-options.ts';
import { withDatabase } from '../with-database.ts';

const VERBS: Readonly<Record<CallVerb, string>> = {
  pause: 'Stops storing a call until it is resumed.',
  resume: 'Stores a paused call again.',
  end: 'Ends the recording of a call; the call itself goes on.',
  snapshot: 'Asks the recording client for its complete metadata.',
};

/** Shows recorders and calls in progress; its subcommands act on one call. */
export const calls = addSettings(
  new Command('calls')
    .enablePositionalOptions()
    .description('Shows the recorders and the calls in progress, with their quality.'),
).action(async (options: Record<string, unknown>) => {
  await withDatabase(options, async (db, { tenantId }) => {
    const [nodes, inProgress] = await db.forTenant(tenantId, async (tx) => [
      await listNodes(tx),
      await listLiveCalls(tx),
    ]);
    process.stdout.write([...nodes.map(describeNode), ...inProgress.map(describeCall)].join(''));
    if (nodes.length === 0) process.stdout.write('No recorder has been heard of yet.\n');
  });
});

for (const [verb, about] of Object.entries(VERBS) as [CallVerb, string][]) {
  calls.addCommand(
    addSettings(
      new Command(verb)
        .description(about)
        .argument('<call>', 'Id of the recording, as `holdfast calls` shows it.', parseId)
        .requiredOption('--reason <sentence>', 'Why; it goes into ledger and journal. No names, no numbers.'),
    ).action(async (id: string, options: Record<string, unknown>) => {
      await withDatabase(options, async (db, { tenantId }) => {
        await askAndWait(db, tenantId, String(options['reason']), (tx, asking) =>
          askAboutCall(tx, id, verb, asking),
        );
        process.stdout.write(`✓ ${verb}: done by the recorder\n`);
      });
    }),
  );
}

calls.addCommand(
  addSettings(
    new Command('circumstance')
      .description('Tells a call that a circumstance begins; its recorder decides again what may be stored.')
      .argument('<call>', 'Id of the recording, as `holdfast calls` shows it.', parseId)
      .addArgument(new Argument('<circumstance>', 'Which one.').choices(CIRCUMSTANCES))
      .option('--ends', 'It ends.')
      .requiredOption('--reason <sentence>', 'Why; it goes into the ledger. No names, no numbers.'),
  ).action(async (id: string, circumstance: Circumstance, options: Record<string, unknown>) => {
    const state = options['ends'] === true ? 'ends' : 'begins';
    await withDatabase(options, async (db, { tenantId }) => {
      await askAndWait(db, tenantId, String(options['reason']), (tx, asking) =>
        tellCircumstance(tx, id, { circumstance, state }, asking),
      );
      process.stdout.write(`✓ ${circumstance} ${state}: done by the recorder\n`);
    });
  }),
);

function describeNode(node: SeenNode): string {
  const state =
    node.state === 'down' || isHeard(node)
      ? node.state
      : `silent for ${Math.round(node.heartbeatAgeMs / 1000)} s`;
  return `${node.node.padEnd(20)} ${state.padEnd(10)} ${node.calls} of ${node.capacity} calls, ${node.version}\n`;
}

function describeCall(call: SeenCall): string {
  const streams = call.streams.map(
    ({ label, codec, secured, lost, packets, mosLq }) =>
      `${label}: ${codec ?? 'nothing yet'}${secured ? ', SRTP' : ''}, ${packets} packets, ${lost} lost${mosLq === null ? '' : `, MOS ${mosLq.toFixed(1)}`}`,
  );
  const alerts = call.alerts.map(({ kind, label }) => `! ${kind}${label === null ? '' : ` on ${label}`}`);
  return [`  ${call.recordingId} ${call.state}, ${call.node}, since ${call.startedAt}`, ...streams, ...alerts]
    .map((line, index) => (index === 0 ? line : `      ${line}`))
    .join('\n')
    .concat('\n');
}
