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
  'delivery.done': 'Delivered to a connection',
  'delivery.failed': 'Delivery to a connection failed',
};

/** An act of the ledger in words, "Recording played". */
export function actInWords(act: string): string {
  const known = ACT_WORDS[act];
  if (known !== undefined) return known;
  const words = act.replace(/[._]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What an entry says was done; for a command to a recorder, which one: "Pause asked of the recorder". */
export function entryInWords({ act, leaf }: Pick<CustodyEntry, 'act' | 'leaf'>): string {
  const verb = act.startsWith('command.') ? verbOf(leaf) : undefined;
  if (verb === undefined) return actInWords(act);
  return act === 'command.asked' ? `${verb} asked of the recorder` : `${verb} answered by the recorder`;
}

function verbOf(leaf: string): string | undefined {
  try {
    const { facts } = JSON.parse(leaf) as { facts?: { verb?: unknown } };
    return typeof facts?.verb === 'string' ? codeInWords(facts.verb) : undefined;
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
