import type { CustodyEntry } from '../../../hub/api/schemas/ledger.ts';
import { codeInWords } from '../format/words.ts';
import { t } from '../i18n/t.ts';

/** The leaf with line breaks for people; text that is no JSON is given back as it is. */
export function readableLeaf(leaf: string): string {
  try {
    return JSON.stringify(JSON.parse(leaf), null, 2);
  } catch {
    return leaf;
  }
}

/** Acts whose past participle alone reads badly or says too little. */
const ACT_WORDS: Readonly<Record<string, string>> = {
  'recording.recovered': t('Recording recovered after a fault'),
  'recording.verified': t('Recording verified in its store'),
  'integrity.failed': t('Integrity check failed'),
  'disposal.decided': t('Disposal decided'),
  'disposal.certified': t('Disposal certified'),
  'keys.destroyed': t('Keys destroyed'),
  'cut.asked': t('Cutting out of a span asked for'),
  'cut.deferred': t('Span kept for the time being'),
  'cut.ended': t('Cutting out of a span ended'),
  'parts.condemned': t('Destruction of parts asked for'),
  'parts.spared': t('Parts kept'),
  'parts.certified': t('Destruction of parts certified'),
  'delivery.done': t('Delivered to a connection'),
  'delivery.failed': t('Delivery to a connection failed'),
  'export.requested': t('Export asked for'),
  'export.sealed': t('Bundle sealed'),
  'export.linked': t('Link to the export made'),
  'export.opened': t('Passcode accepted'),
  'export.fetched': t('Bundle fetched'),
  'export.delivered': t('Bundle delivered as a whole'),
  'hold.reached': t('Held by a query'),
  'hold.restored': t('Hold in force again'),
  'release.asked': t('Release of holds asked for'),
  'release.withdrawn': t('Release of holds taken back'),
  'approval.asked': t('Second person asked'),
  'approval.reminded': t('Second person reminded'),
  'approval.escalated': t('Next level asked'),
  'approval.approved': t('Approved'),
  'approval.refused': t('Approval refused'),
  'delegation.given': t('Right to decide lent'),
  'delegation.ended': t('Lent right taken back'),
  'change.withdrawn': t('Change of a person taken back'),
  'access.ended': t('All access ended'),
  'duties.transferred': t('What they looked after handed over'),
  'mapping.changed': t('Mapping of places to roles changed'),
  'entry.continued': t('Long entry continued'),
  'key.refused': t('Key did not open'),
};

/** An act of the ledger in words, "Recording played". */
export function actInWords(act: string): string {
  return ACT_WORDS[act] ?? codeInWords(act);
}

/** What was read, where that is no playback. */
const INSPECTED: Readonly<Record<string, string>> = {
  'recording.read': t('Details read'),
  'recording.play': t('Waveform or timeline read'),
  'ledger.read': t('Custody read'),
};

/** What an entry says was done; for a command to a recorder, which one: "Pause asked of the recorder". */
export function entryInWords({ act, leaf }: Pick<CustodyEntry, 'act' | 'leaf'>): string {
  if (act === 'recording.inspected') return INSPECTED[factOf(leaf, 'act') ?? ''] ?? actInWords(act);
  const verb = act.startsWith('command.') ? factOf(leaf, 'verb') : undefined;
  if (verb === undefined) return actInWords(act);
  const words = codeInWords(verb);
  return act === 'command.asked'
    ? t('{{verb}} asked of the recorder', { verb: words })
    : t('{{verb}} answered by the recorder', { verb: words });
}

function factOf(leaf: string, name: string): string | undefined {
  try {
    const fact = (JSON.parse(leaf) as { facts?: Record<string, unknown> }).facts?.[name];
    return typeof fact === 'string' ? fact : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an entry tells of something that somebody should look at. */
export function isAlarming(entry: { readonly act: string; readonly outcome: string }): boolean {
  return /\.(failed|refused)$/.test(entry.act) || ['failed', 'refused'].includes(entry.outcome);
}

/** Whether the outcome says something that the act alone does not: "hold.placed, done" needs no second word. */
export function saysMore({ act, outcome }: { readonly act: string; readonly outcome: string }): boolean {
  return outcome !== 'done' && outcome !== 'allowed' && !act.endsWith(`.${outcome}`);
}

/** Who acted, for a person to read. */
export function actorInWords(actor: CustodyEntry['actor']): string {
  if (actor.kind === 'person') return actor.name;
  return actor.kind === 'product' ? 'Holdfast' : t('Name erased');
}
