import type { CustodyEntry } from '../../../hub/api/schemas/ledger.ts';
import { codeInWords } from '../format/words.ts';

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
  'recording.recovered': 'Recording recovered after a fault',
  'recording.verified': 'Recording verified in its store',
  'integrity.failed': 'Integrity check failed',
  'disposal.decided': 'Disposal decided',
  'disposal.certified': 'Disposal certified',
  'keys.destroyed': 'Keys destroyed',
  'parts.condemned': 'Destruction of parts asked for',
  'parts.spared': 'Parts kept',
  'parts.certified': 'Destruction of parts certified',
  'delivery.done': 'Delivered to a connection',
  'delivery.failed': 'Delivery to a connection failed',
  'export.requested': 'Export asked for',
  'export.sealed': 'Bundle sealed',
  'export.linked': 'Link to the export made',
  'export.opened': 'Passcode accepted',
  'export.fetched': 'Bundle fetched',
  'export.delivered': 'Bundle delivered as a whole',
  'hold.reached': 'Held by a query',
  'hold.restored': 'Hold in force again',
  'release.asked': 'Release of holds asked for',
  'release.withdrawn': 'Release of holds taken back',
  'approval.asked': 'Second person asked',
  'approval.reminded': 'Second person reminded',
  'approval.escalated': 'Next level asked',
  'approval.approved': 'Approved',
  'approval.refused': 'Approval refused',
  'delegation.given': 'Right to decide lent',
  'delegation.ended': 'Lent right taken back',
  'change.withdrawn': 'Change of a person taken back',
  'access.ended': 'All access ended',
  'duties.transferred': 'What they looked after handed over',
  'mapping.changed': 'Mapping of places to roles changed',
  'entry.continued': 'Long entry continued',
  'key.refused': 'Key did not open',
};

/** An act of the ledger in words, "Recording played". */
export function actInWords(act: string): string {
  const known = ACT_WORDS[act];
  if (known !== undefined) return known;
  const words = act.replace(/[._]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What was read, where that is no playback. */
const INSPECTED: Readonly<Record<string, string>> = {
  'recording.read': 'Details read',
  'recording.play': 'Waveform or timeline read',
  'ledger.read': 'Custody read',
};

/** What an entry says was done; for a command to a recorder, which one: "Pause asked of the recorder". */
export function entryInWords({ act, leaf }: Pick<CustodyEntry, 'act' | 'leaf'>): string {
  if (act === 'recording.inspected') return INSPECTED[factOf(leaf, 'act') ?? ''] ?? actInWords(act);
  const verb = act.startsWith('command.') ? factOf(leaf, 'verb') : undefined;
  if (verb === undefined) return actInWords(act);
  const words = codeInWords(verb);
  return act === 'command.asked' ? `${words} asked of the recorder` : `${words} answered by the recorder`;
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
  return actor.kind === 'product' ? 'Holdfast' : 'Name erased';
}
