/** What the page itself finds out about what the ledger says of one thing; nothing in it is the server's word. */
import type { Custody, CustodyEntry } from '../../../hub/api/schemas/ledger.ts';
import type { Part } from '../../../hub/api/schemas/recording.ts';
import { fromBase64, sameBytes, toBase64, utf8, type Bytes } from './bytes.ts';
import { isSignedBy, parseCheckpoint, parseVerifierKey, type Checkpoint } from './checkpoint.ts';
import { isConsistent, isIncluded, leafHash } from './merkle.ts';
import type { PinnedLog } from './pinned-logs.ts';

/**
 * What is checked, in this order: the checkpoint is signed by a pinned key; every entry stands in the log; each is about this
 * thing; none in between is missing; the digests shown are those that were sealed; the log only grew since the last look.
 */
export type StepName = 'signed' | 'included' | 'about' | 'chained' | 'digests' | 'grown';

/** `open`: nothing to hold it against, so that it is neither proven nor wrong. */
export interface Step {
  readonly name: StepName;
  readonly outcome: 'holds' | 'broken' | 'open';
  /** How many things were looked at, and the first that is wrong by its index in the log. */
  readonly count?: number;
  readonly wrongAt?: number;
}

/** The whole answer. `unpinned`: all holds, but the key that signed is the server's own word so far. */
export interface ProofResult {
  readonly verdict: 'proven' | 'unpinned' | 'broken';
  readonly steps: readonly Step[];
  readonly checkpoint: Checkpoint | undefined;
}

/** What is checked, and against what. */
export interface ProofQuestion {
  readonly custody: Custody;
  readonly object: { readonly type: string; readonly id: string };
  /** As the page shows them; none where there are none to compare. */
  readonly parts: readonly Pick<Part, 'id' | 'sha256' | 'sha512' | 'ciphertextSha256'>[];
  readonly pinned: PinnedLog | undefined;
  /** Asks for the proof that a log only grew; base64. */
  readonly askConsistency: (from: number, to: number) => Promise<readonly string[]>;
}

/** Checks all of it with WebCrypto. Never throws for what is in the answers; a question that cannot be asked does. */
export async function checkCustody(question: ProofQuestion): Promise<ProofResult> {
  const { custody, object, parts, pinned } = question;
  const checkpoint = parseCheckpoint(custody.checkpoint);
  if (checkpoint === undefined)
    return { verdict: 'broken', steps: [{ name: 'signed', outcome: 'broken' }], checkpoint };
  const entries = custody.entries.toSorted((one, other) => one.index - other.index);
  const leaves = entries.map((entry) => ({ entry, leaf: readLeaf(entry.leaf) }));
  const steps: Step[] = [
    await signedStep(checkpoint, custody.verifierKey, pinned),
    await includedStep(entries, checkpoint),
    stepOver(
      'about',
      leaves,
      ({ leaf }) => leaf?.object?.type === object.type && leaf.object.id === object.id,
    ),
    await chainedStep(leaves),
    digestsStep(leaves, parts),
    await grownStep(checkpoint, pinned, question.askConsistency),
  ];
  const broken = steps.some(({ outcome }) => outcome === 'broken');
  const signed = steps[0]?.outcome === 'holds';
  return { verdict: broken ? 'broken' : signed ? 'proven' : 'unpinned', steps, checkpoint };
}

async function signedStep(
  checkpoint: Checkpoint,
  serverKey: string,
  pinned: PinnedLog | undefined,
): Promise<Step> {
  const name = 'signed';
  if (pinned === undefined) {
    const key = await parseVerifierKey(serverKey);
    const signed = key !== undefined && (await isSignedBy(checkpoint, key)) === 'true';
    return { name, outcome: signed ? 'open' : 'broken' };
  }
  if (pinned.origin !== checkpoint.origin) return { name, outcome: 'broken' };
  const answers: string[] = [];
  for (const text of pinned.keys) {
    const key = await parseVerifierKey(text);
    if (key !== undefined) answers.push(await isSignedBy(checkpoint, key));
  }
  const holds = answers.includes('true') && !answers.includes('false');
  return { name, outcome: holds ? 'holds' : 'broken' };
}

async function includedStep(entries: readonly CustodyEntry[], checkpoint: Checkpoint): Promise<Step> {
  const { size, root } = checkpoint;
  for (const { index, leaf, proof } of entries) {
    const hashes = proof.map(fromBase64);
    const readable = hashes.every((hash): hash is Bytes => hash !== undefined);
    if (!readable || !(await isIncluded(utf8(leaf), { index, size }, hashes, root)))
      return { name: 'included', outcome: 'broken', wrongAt: index };
  }
  return { name: 'included', outcome: entries.length === 0 ? 'open' : 'holds', count: entries.length };
}

/** Each entry names the one before it about the same thing by its hash, so that none can be left out in between. */
async function chainedStep(
  leaves: readonly { readonly entry: CustodyEntry; readonly leaf: LeafBody | undefined }[],
): Promise<Step> {
  let before: { readonly ordinal: number; readonly hash: string } | undefined;
  let count = 0;
  for (const { entry, leaf } of leaves) {
    if (leaf?.of !== undefined) {
      const { ordinal, previous } = leaf.of;
      const fits = before === undefined || (ordinal === before.ordinal + 1 && previous === before.hash);
      if (!fits || (ordinal === 1) !== (previous === null))
        return { name: 'chained', outcome: 'broken', wrongAt: entry.index };
      if (before === undefined && ordinal !== 1 && leaves[0]?.entry === entry)
        return { name: 'chained', outcome: 'broken', wrongAt: entry.index };
      before = { ordinal, hash: toBase64(await leafHash(utf8(entry.leaf))) };
      count += 1;
    }
  }
  return { name: 'chained', outcome: count === 0 ? 'open' : 'holds', count };
}

/** What the page shows as digests of the parts is what stands in the entries that sealed and derived them. */
function digestsStep(
  leaves: readonly { readonly entry: CustodyEntry; readonly leaf: LeafBody | undefined }[],
  parts: ProofQuestion['parts'],
): Step {
  const shown = new Map(parts.map((part) => [part.id, part]));
  let count = 0;
  for (const { entry, leaf } of leaves)
    for (const sealed of leaf?.facts?.parts ?? []) {
      const part = shown.get(sealed.id);
      if (part === undefined || sealed.sha256 === undefined) continue;
      const same =
        part.sha256 === sealed.sha256 &&
        (sealed.sha512 === undefined || part.sha512 === sealed.sha512) &&
        (sealed.ciphertextSha256 === undefined || part.ciphertextSha256 === sealed.ciphertextSha256);
      if (!same) return { name: 'digests', outcome: 'broken', wrongAt: entry.index };
      count += 1;
    }
  return { name: 'digests', outcome: count === 0 ? 'open' : 'holds', count };
}

/** Against the head that this browser saw last: a database that was rolled back or written anew cannot extend it. */
async function grownStep(
  checkpoint: Checkpoint,
  pinned: PinnedLog | undefined,
  ask: ProofQuestion['askConsistency'],
): Promise<Step> {
  const seen = pinned?.seen;
  const root = seen === undefined ? undefined : fromBase64(seen.root);
  if (seen === undefined || root === undefined) return { name: 'grown', outcome: 'open' };
  const count = checkpoint.size - seen.size;
  if (count < 0) return { name: 'grown', outcome: 'broken', count };
  if (count === 0)
    return { name: 'grown', outcome: sameBytes(root, checkpoint.root) ? 'holds' : 'broken', count };
  const hashes = (await ask(seen.size, checkpoint.size)).map(fromBase64);
  const readable = hashes.every((hash): hash is Bytes => hash !== undefined);
  const grown = readable && (await isConsistent({ size: seen.size, root }, checkpoint, hashes));
  return { name: 'grown', outcome: grown ? 'holds' : 'broken', count };
}

function stepOver<Item extends { readonly entry: CustodyEntry }>(
  name: StepName,
  items: readonly Item[],
  holds: (item: Item) => boolean,
): Step {
  const wrong = items.find((item) => !holds(item));
  if (wrong !== undefined) return { name, outcome: 'broken', wrongAt: wrong.entry.index };
  return { name, outcome: items.length === 0 ? 'open' : 'holds', count: items.length };
}

/** As much of a leaf as is compared; a leaf is whatever it says, and nothing here is believed before it is compared. */
interface LeafBody {
  readonly object?: { readonly type?: string; readonly id?: string };
  readonly of?: { readonly ordinal: number; readonly previous: string | null };
  readonly facts?: {
    readonly parts?: readonly {
      readonly id: string;
      readonly sha256?: string;
      readonly sha512?: string;
      readonly ciphertextSha256?: string;
    }[];
  };
}

function readLeaf(text: string): LeafBody | undefined {
  try {
    const body = JSON.parse(text) as { readonly facts?: { readonly parts?: unknown } } | null;
    if (typeof body !== 'object' || body === null) return undefined;
    // Other acts count parts in a number of the same name.
    const listed = Array.isArray(body.facts?.parts);
    return (listed ? body : { ...body, facts: {} }) as LeafBody;
  } catch {
    return undefined;
  }
}
