import type { ExportDetail, ExportFetch, ExportState } from '../../../hub/api/schemas/export.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

/** A state in a word, with its colour and what it means. */
export interface StateWords {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
}

const STATES: Readonly<Record<ExportState, StateWords>> = {
  requested: { label: t('Waits for approval'), tone: 'warn', meaning: t('A second person has to agree.') },
  approved: { label: t('Approved'), tone: 'info', meaning: t('The bundle will be made in a moment.') },
  making: { label: t('Being made'), tone: 'info', meaning: t('The bundle is being sealed and encrypted.') },
  ready: { label: t('Ready'), tone: 'good', meaning: t('The bundle can be fetched with a link.') },
  refused: { label: t('Refused'), tone: 'neutral', meaning: t('A second person did not agree.') },
  expired: {
    label: t('Expired'),
    tone: 'neutral',
    meaning: t('Its days are over and the bundle is deleted.'),
  },
  revoked: { label: t('Revoked'), tone: 'bad', meaning: t('It was taken back and the bundle is deleted.') },
  failed: { label: t('Failed'), tone: 'bad', meaning: t('The bundle could not be made; there is none.') },
};

/** How a state is told. What is ready and past its date is told as expired, before the row says so. */
export function stateInWords(
  { state, expiresAt }: { readonly state: ExportState; readonly expiresAt: string },
  now: Date,
): StateWords {
  const past = Date.parse(expiresAt) <= now.getTime();
  return STATES[past && (state === 'ready' || state === 'requested') ? 'expired' : state];
}

const RULES: Readonly<Record<string, string>> = {
  'export/within-limit': t('Within the limits: one person may export it.'),
  'export/many-recordings': t('More recordings than one person may export: a second one has to agree.'),
  'export/many-bytes': t('More data than one person may export: a second one has to agree.'),
};

/** Why a second person is needed, or not. */
export function approvalInWords(rule: string): string {
  return RULES[rule] ?? t('Decided by the rule {{rule}}.', { rule });
}

const OUTCOMES: Readonly<Record<ExportFetch['outcome'], string>> = {
  running: t('Running'),
  complete: t('Sent to its end'),
  left: t('Recipient left'),
  revoked: t('Cut: revoked'),
  expired: t('Cut: expired'),
  failed: t('Failed'),
};

/** How the sending of a range ended. */
export function fetchInWords(outcome: ExportFetch['outcome']): string {
  return OUTCOMES[outcome];
}

/** What happens next with an export, and who has to do it. */
export function nextStepInWords(
  entry: Pick<ExportDetail, 'state' | 'expiresAt' | 'link' | 'fetches' | 'bundle'>,
  now: Date,
): string {
  const { state, link, fetches, bundle } = entry;
  if (state === 'failed')
    return t('Nothing left the house. See in the audit what went wrong, and ask for the export again.');
  if (state === 'refused') return t('Ask again where the reason no longer holds.');
  if (state === 'expired' || state === 'revoked' || Date.parse(entry.expiresAt) <= now.getTime())
    return t('Nobody can fetch it any more. Ask for another export where it is still needed.');
  if (state === 'requested') return t('A second person agrees or refuses.');
  if (state !== 'ready')
    return t('Holdfast makes the bundle, and nobody has to do anything. A link can be made already.');
  if (link === null) return t('Make a link and send it to the recipient. Tell the passcode by another way.');
  if (link.locked) return t('The link is locked after wrong passcodes. Make a new one.');
  if (fetches.some(({ outcome, endByte }) => outcome === 'complete' && endByte === bundle?.size))
    return t(
      'The recipient has it. Have them verify it with holdfast verify, and revoke what is not needed any more.',
    );
  if (fetches.some(({ outcome }) => outcome === 'running')) return t('The recipient is fetching it now.');
  return t('The recipient fetches it. Ask whether link and passcode have arrived where nothing comes.');
}
