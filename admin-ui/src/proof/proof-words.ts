import { plural, t } from '../i18n/t.ts';
import type { ProofResult, Step } from './check-custody.ts';

/** The verdict in a sentence. */
export function verdictInWords(verdict: ProofResult['verdict']): string {
  if (verdict === 'proven') return t('Proven in this browser');
  if (verdict === 'unpinned') return t('All of it fits together, but the key is not pinned yet');
  return t('Refused: what the server sent does not hold');
}

/** One step in a sentence: what was looked at, and what came of it. */
export function stepInWords(step: Step): string {
  if (step.outcome === 'broken') return brokenInWords(step);
  return step.outcome === 'open' ? openInWords(step) : heldInWords(step);
}

function heldInWords({ name, count = 0 }: Step): string {
  if (name === 'signed') return t('A key that you pinned signed the checkpoint.');
  if (name === 'included')
    return plural(count, {
      one: 'The entry stands in the log: its hash leads to the signed root.',
      other: 'All {{count}} entries stand in the log: their hashes lead to the signed root.',
    });
  if (name === 'about') return t('Every entry is about this recording.');
  if (name === 'chained')
    return t('No entry in between is missing: each names the one before it by its hash.');
  if (name === 'digests')
    return plural(count, {
      one: 'The digests of {{count}} part are those that were sealed.',
      other: 'The digests of {{count}} parts are those that were sealed.',
    });
  return plural(count, {
    one: 'The log only grew, by {{count}} entry since your last check here.',
    other: 'The log only grew, by {{count}} entries since your last check here.',
  });
}

function openInWords({ name }: Step): string {
  if (name === 'signed')
    return t('The checkpoint is signed by the key that this server names; you have not pinned it.');
  if (name === 'digests') return t('No part is shown whose digests could be compared.');
  if (name === 'grown') return t('First check here: there is no earlier checkpoint to compare with.');
  return t('There was nothing to look at.');
}

function brokenInWords({ name, wrongAt, count = 0 }: Step): string {
  const entry = wrongAt === undefined ? '' : `#${String(wrongAt)}`;
  if (name === 'signed') return t('The checkpoint is not signed by a key that you pinned.');
  if (name === 'included') return t('Entry {{entry}} does not stand in the signed log.', { entry });
  if (name === 'about') return t('Entry {{entry}} is about something else.', { entry });
  if (name === 'chained') return t('Before entry {{entry}} something is missing or was changed.', { entry });
  if (name === 'digests') return t('The digests shown are not those that entry {{entry}} sealed.', { entry });
  return count < 0
    ? t('The log is shorter than at your last check here: the database was rolled back.')
    : t('The log does not extend the one of your last check here: its past was changed.');
}
