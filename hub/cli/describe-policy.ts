import type { RowChange } from '../../recorder-core/policy/pack-diff.ts';
import type { RecordingAnswer } from '../policy/explain-recording.ts';
import type { KnownPack } from '../policy/list-packs.ts';
import type { PolicyEffect } from '../policy/measure-effect.ts';

/** A pack in one line. */
export function describePack({ digest, packId, version, state, signedBy, inForce }: KnownPack): string {
  return `${digest.slice(0, 12)}  ${`${packId} ${version}`.padEnd(16)} ${(inForce ? 'in force' : state).padEnd(10)}  signed by ${signedBy}\n`;
}

/** A row that differs, with each field. */
export function describeChange({ change, table, id, fields, status, reviewer }: RowChange): string {
  const sign = { added: '+', removed: '-', changed: '~' }[change];
  const stated = status === null ? '' : `  ${status}, ${reviewer === null ? 'not reviewed' : reviewer}`;
  const lines = fields.map(
    ({ name, before, after }) => `    ${name}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}\n`,
  );
  return `${sign} ${table} ${id}${stated}\n${lines.join('')}`;
}

/** What would change over many recordings. */
export function describeEffect(effect: PolicyEffect): string {
  const { kept, decided, earlier, later, promised, verdicts, rules, examples } = effect;
  const of = decided < kept ? `a sample of ${decided} of ${kept}` : `all ${kept}`;
  const lines = [
    `Decided about ${of} kept recordings.`,
    `Dates: ${earlier} earlier, ${later} later, ${decided - earlier - later} the same.`,
    ...(promised > 0 ? [`${promised} of the earlier ones keep their date, because it was promised.`] : []),
    ...Object.entries(verdicts).map(([name, count]) => `Verdicts now: ${name}: ${count}`),
    ...rules.slice(0, 15).map(({ id, recordings }) => `Rule ${id}: ${recordings}`),
    ...examples
      .slice(0, 5)
      .map(
        ({ recordingId, before, after }) =>
          `e.g. ${recordingId}: ${before.decision} until ${before.retainUntil ?? 'an event'} -> ${after.decision} until ${after.retainUntil ?? 'an event'}`,
      ),
  ];
  return `${lines.join('\n')}\n`;
}

/** What happens to one recording, why, and what is next. */
export function describeAnswer({
  pack,
  policyVersion,
  classes,
  places,
  decision,
  timeline,
}: RecordingAnswer): string {
  const own = policyVersion === 0 ? '' : `, own policy ${policyVersion}`;
  const steps = timeline
    .slice(1)
    .map(({ from, decision: next }) => `Next: ${next} from ${from}, if nothing happens\n`);
  return [
    `${decision.decision} until ${decision.retainUntil ?? 'a further event'} (${pack.id} ${pack.version}${own})\n`,
    `Classes: ${classes.join(', ')}. Places: ${places.length === 0 ? 'unknown' : places.join(', ')}.\n`,
    ...decision.reasons.map((reason) => `- ${reason}\n`),
    ...steps,
  ].join('');
}
