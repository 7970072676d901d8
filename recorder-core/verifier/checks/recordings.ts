/** What is in the bundle against what the log says was captured, made and destroyed. */
import type { Manifest, ManifestPart, ManifestRecording } from '../manifest.ts';
import { counted, refused } from '../refused.ts';
import type { Passed } from '../report.ts';
import type { ReadContainer } from './container.ts';
import { checkCutPart, cutInWords, type CutFacts } from './cut-parts.ts';
import type { ReadLeaves } from './read-leaves.ts';
import type { PartOrigin, Story } from './story.ts';

/** Cuts named in the statement; of more, how many. */
const MOST_CUTS = 20;

/** @throws integrity_failed naming the first part that is not what the log says. */
export async function checkParts(
  { recordings }: Manifest,
  { stories, faults }: ReadLeaves,
  read: ReadContainer,
): Promise<Passed<true>> {
  if (faults.parts !== undefined) throw faults.parts;
  const tally = { present: 0, destroyed: 0, uncertified: 0, withheld: 0 };
  const cuts: CutFacts[] = [];
  for (const recording of recordings) {
    const story = stories.get(recording.id) as Story;
    checkRecording(recording, story, tally);
    cuts.push(...(await checkCuts(recording, story, read)));
  }
  const withheld = `What is in ${counted(tally.withheld, 'part')} that the bundle says were withheld: it is a copy of one side, and the log has their digests.`;
  const uncertified = `That the destruction of ${counted(tally.uncertified, 'part')} was completed: the log says that their keys were destroyed, and no certificate followed.`;
  const only = `That nothing but ${counted(cuts.length, 'span')} was cut out: the originals are gone, and the log says how much was.`;
  return {
    statement: `${counted(tally.present, 'part')} present, byte for byte what the log says was captured or made from it; ${counted(tally.destroyed, 'part')} destroyed, as the log says too.${cutsInWords(cuts)}`,
    value: true,
    notProven: [
      ...(tally.uncertified > 0 ? [uncertified] : []),
      ...(tally.withheld > 0 ? [withheld] : []),
      ...(cuts.length > 0 ? [only] : []),
    ],
  };
}

/** The cuts that stand in the parts of a recording that are there, each part read and compared with what was kept. */
async function checkCuts(
  { parts }: ManifestRecording,
  story: Story,
  read: ReadContainer,
): Promise<CutFacts[]> {
  const found: CutFacts[] = [];
  for (const part of parts) {
    const cut = story.parts.get(part.id)?.cut;
    if (cut === undefined) continue;
    if (part.path !== null) await checkCutPart(read, part, cut);
    found.push(cut);
  }
  return found;
}

function cutsInWords(cuts: readonly CutFacts[]): string {
  if (cuts.length === 0) return '';
  const named = cuts.slice(0, MOST_CUTS).map(cutInWords).join('; ');
  const more = cuts.length > MOST_CUTS ? `; and ${cuts.length - MOST_CUTS} more` : '';
  return ` Cut out, as was agreed to: ${named}${more}.`;
}

function checkRecording(
  { id, state, parts }: ManifestRecording,
  story: Story,
  tally: { present: number; destroyed: number; uncertified: number; withheld: number },
): void {
  story.end();
  if (story.sealings !== 1)
    throw refused(
      `The log says ${story.sealings === 0 ? 'nowhere' : 'more than once'} that the recording ${id} was sealed, so its digests have no one origin.`,
    );
  const listed = new Set(parts.map((part) => part.id));
  const missing = [...story.parts.keys()].find((part) => !listed.has(part));
  if (missing !== undefined)
    throw refused(
      `The log names the part ${missing} of the recording ${id}, and the bundle leaves it out without a word.`,
    );
  for (const part of parts) {
    requireOrigin(part, story.parts.get(part.id));
    if (part.withheld !== undefined) {
      tally.withheld += 1;
      if (story.destroyed.has(part.id))
        throw refused(
          `The log says that the part ${part.id} was destroyed, and the manifest calls it withheld.`,
        );
    } else if (part.path === null) {
      tally.destroyed += 1;
      if (requireDestroyed(part, story) === 'uncertified') tally.uncertified += 1;
    } else {
      tally.present += 1;
      if (story.destroyed.has(part.id))
        throw refused(`The log says that the part ${part.id} was destroyed, and yet the bundle has it.`);
    }
  }
  if ((state === 'disposed') !== story.isDisposed)
    throw refused(
      `The manifest calls the recording ${id} ${state}, and the log says otherwise about its disposal.`,
    );
}

function requireOrigin(part: ManifestPart, origin: PartOrigin | undefined): void {
  if (origin === undefined)
    throw refused(
      `The log has no entry by which the part ${part.id} came into being, so nothing proves what it is.`,
    );
  if (
    part.sha256 !== origin.sha256 ||
    part.sha512 !== origin.sha512 ||
    part.ciphertextSha256 !== origin.ciphertextSha256 ||
    (origin.kind !== undefined && part.kind !== origin.kind)
  )
    throw refused(
      `The part ${part.id} is not the one that the log names: its digests or its kind are others than when it was sealed. It was exchanged or changed.`,
    );
  const [told, known] = [part.derivedFrom ?? [], origin.derivedFrom ?? []];
  if (told.length !== known.length || told.some((id, at) => id !== known[at]))
    throw refused(`The manifest names other origins of the part ${part.id} than the log does.`);
}

function requireDestroyed({ id }: ManifestPart, story: Story): 'certified' | 'uncertified' {
  if (!story.destroyed.has(id))
    throw refused(
      `The manifest says that the part ${id} was destroyed, and the log does not: it was held back.`,
    );
  return story.certified.has(id) ? 'certified' : 'uncertified';
}

/** @throws integrity_failed naming the first hold that was broken. */
export function checkHolds({ recordings }: Manifest, { stories }: ReadLeaves): Passed<true> {
  for (const { id } of recordings) {
    const broken = stories.get(id)?.brokenHold;
    if (broken !== undefined)
      throw refused(
        `Entry ${broken.index} of ${broken.at} destroyed parts of the recording ${id} while the hold ${broken.holdId} stood on it. The log is sound in this; what it proves is that the hold was broken.`,
      );
  }
  return { statement: 'No hold stood on a recording while anything of it was destroyed.', value: true };
}
