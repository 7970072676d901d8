import { Command, Option } from 'commander';
import type { ConsentChange } from '../../../recorder-core/records/consent-changes.ts';
import {
  askConsentChange,
  listChangeItems,
  listConsentChanges,
  readConsentChange,
  tallyConsentChanges,
} from '../../../recorder-core/records/consent-changes.ts';
import {
  insertEvidence,
  listEvidence,
  type ConsentEvidence,
} from '../../../recorder-core/records/consent-evidence.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { readRecording, type Recording } from '../../../recorder-core/records/recordings.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Act } from '../../../recorder-core/policy/access.ts';
import { decideEach } from '../../access/decide.ts';
import { askerFor, requireAccess } from '../../access/require-access.ts';
import type { Asking } from '../../identity/asking.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';

/** Consent of recordings and parties, under the same rules as in the console. */
export const consentCommand = new Command('consent').description(
  'Shows why a call could be recorded, notes evidence, and takes what a party says afterwards.',
);

consentCommand.addCommand(
  acting(new Command('show'))
    .description('Shows the decision on one recording with its evidence, or one change with its results.')
    .argument('[id]', 'Id of a recording or of a change; without it, the newest changes.', parseId)
    .action((id: string | undefined, options: Options) =>
      actForPerson(options, 'recording.read', async (tx, asking) => {
        process.stdout.write(id === undefined ? await changes(tx) : await oneOf(tx, asking, id));
      }),
    ),
);

consentCommand.addCommand(
  acting(new Command('note'))
    .description('Adds evidence of what a party was told or agreed to; nothing that stands is changed by it.')
    .argument('<recording>', 'Id of the recording.', parseId)
    .addOption(
      new Option('--kind <kind>', 'What it shows.')
        .choices(['toned', 'announced', 'assented'])
        .makeOptionMandatory(),
    )
    .option('--line <label>', 'Line of the party; everybody without it.')
    .option('--at <seconds>', 'Where it is heard in the recording.')
    .option('--prompt <id>', 'What was played.')
    .option('--language <tag>', 'In which language.')
    .option('--for <purpose>', 'For which purpose; every one without it.')
    .action((recordingId: string, options: Options) =>
      actForPerson(options, 'consent.change', (tx, asking) => noteEvidence(tx, asking, recordingId, options)),
    ),
);

consentCommand.addCommand(
  acting(new Command('withdraw'))
    .description(
      'Takes a withdrawal of consent: the recordings of the party are decided again, calls in progress too.',
    )
    .option('--address <number>', 'Number in international form, or SIP address.')
    .option('--recording <id>', 'One recording instead.', parseId)
    .option('--erase', 'Destroy what nothing keeps; without it, lock it.')
    .option('--for <purpose>', 'For which purpose; every one without it.')
    .requiredOption('--reason <sentence>', 'How it was said.')
    .action((options: Options) =>
      actForPerson(options, 'consent.change', async (tx, asking) => {
        const { tenantId, person, now, newId: makeId } = asking;
        const id = makeId(now);
        const recordingId = textOf(options, 'recording');
        const address = textOf(options, 'address');
        if ((recordingId === null) === (address === null))
          throw new HoldfastError('invalid_input', 'Give either --address or --recording.');
        if (recordingId !== null) await requireRecording(tx, asking, 'consent.change', recordingId);
        await askConsentChange(
          tx,
          {
            id,
            kind: 'withdrawn',
            effect: options['erase'] === true ? 'erase' : 'restrict',
            purpose: textOf(options, 'for'),
            recordingId,
            partyOrdinals: null,
            address: address ?? undefined,
            saidAt: now.toISOString(),
            source: 'api',
            reason: String(options['reason']),
          },
          { tenantId, now, newId: makeId, by: person },
        );
        process.stdout.write(`✓ taken as ${id}; \`holdfast consent show ${id}\` tells what came of it\n`);
      }),
    ),
);

async function noteEvidence(tx: Tx, asking: Asking, recordingId: string, options: Options): Promise<void> {
  const recording = await requireRecording(tx, asking, 'consent.change', recordingId);
  const { tenantId, person, now, newId: makeId } = asking;
  const at = textOf(options, 'at');
  const offsetMs = at === null ? null : Math.round(Number(at) * 1000);
  if (offsetMs !== null && !(offsetMs >= 0 && offsetMs <= recording.durationMs))
    throw new HoldfastError('invalid_input', 'The recording has no such place: give seconds from its start.');
  const saidAt = offsetMs === null ? now : new Date(Date.parse(recording.startedAt) + offsetMs);
  const prompt = textOf(options, 'prompt');
  const evidence = {
    id: makeId(now),
    recordingId,
    partyOrdinals: null,
    label: textOf(options, 'line'),
    kind: options['kind'] as ConsentEvidence['kind'],
    purpose: textOf(options, 'for'),
    saidAt: saidAt.toISOString(),
    offsetMs,
    prompt: prompt === null ? null : { id: prompt, sha256: null, language: textOf(options, 'language') },
    source: 'api' as const,
  };
  await insertEvidence(tx, tenantId, [evidence], now, person);
  process.stdout.write('✓ noted\n');
}

function textOf(options: Options, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** The recording, where the policies allow the act on it. */
async function requireRecording(tx: Tx, asking: Asking, act: Act, id: string): Promise<Recording> {
  await requireAccess(tx, asking, act, { objects: [{ type: 'recording', id }] });
  const recording = await readRecording(tx, id);
  if (recording === undefined)
    throw new HoldfastError('not_found', 'There is no recording with this id in the tenant.');
  return recording;
}

async function changes(tx: Tx): Promise<string> {
  const found = await listConsentChanges(tx, { limit: 50 });
  if (found.length === 0) return 'No party has said anything about consent afterwards.\n';
  const tallies = await tallyConsentChanges(
    tx,
    found.map(({ id }) => id),
  );
  return found.map((change) => inOneLine(change, tallies.get(change.id) ?? {})).join('');
}

function inOneLine(
  { id, kind, effect, state, saidAt }: ConsentChange,
  results: Readonly<Record<string, number | undefined>>,
): string {
  const tally = Object.entries(results)
    .map(([action, count]) => `${action} ${String(count)}`)
    .join(', ');
  return `${id}  ${saidAt.slice(0, 16)}Z  ${kind.padEnd(14)} ${effect.padEnd(8)} ${state.padEnd(5)} ${tally}\n`;
}

/** Results about recordings that may be read. */
async function readableItems<T extends { readonly recordingId: string }>(
  tx: Tx,
  asking: Asking,
  items: readonly T[],
): Promise<T[]> {
  const objects = items.map(({ recordingId }) => ({ type: 'recording', id: recordingId }));
  const decisions = await decideEach(tx, await askerFor(tx, asking), 'recording.read', objects);
  return items.filter((_item, index) => decisions[index]?.allowed === true);
}

async function oneOf(tx: Tx, asking: Asking, id: string): Promise<string> {
  const change = await readConsentChange(tx, id);
  if (change !== undefined) {
    if (change.recordingId !== null) await requireRecording(tx, asking, 'recording.read', change.recordingId);
    const items = await readableItems(tx, asking, await listChangeItems(tx, { changeId: id }, 1_000));
    const results = (await tallyConsentChanges(tx, [id])).get(id) ?? {};
    return [
      inOneLine(change, results),
      ...items.map(({ recordingId, action, ground }) => `  ${recordingId}  ${action.padEnd(14)} ${ground}\n`),
    ].join('');
  }
  const { consent } = await requireRecording(tx, asking, 'recording.read', id);
  const evidence = await listEvidence(tx, id);
  return [
    `${consent.outcome}, decided ${consent.decidedAt}\n`,
    ...consent.reasons.map((reason) => `  ${reason}\n`),
    ...(consent.parties ?? []).map(
      ({ party, label, own, stored, reason }) =>
        `  ${party}${label === null ? '' : ` on line ${label}`}${own ? ', own side' : ''}: ${stored ? 'stored' : `not stored (${reason})`}\n`,
    ),
    ...evidence.map(
      ({ kind, saidAt, offsetMs, prompt, source }) =>
        `  ${kind} at ${offsetMs === null ? saidAt : `${(offsetMs / 1000).toFixed(1)} s`}${prompt === null ? '' : `, prompt ${prompt.id}`}, by ${source}\n`,
    ),
  ].join('');
}
