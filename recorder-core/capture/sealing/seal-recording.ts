import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../errors.ts';
import type { ClockPlan } from '../../media/clock-plan.ts';
import type { ClockSurvey } from '../../media/clock-survey.ts';
import { planClocks } from '../../media/plan-clocks.ts';
import type { QualityReport } from '../../media/quality.ts';
import { HEADER_BYTES } from '../../vault/chunk-format.ts';
import { syncDirectory } from '../../vault/durable-file.ts';
import { kekContext, unwrapDataKey } from '../../vault/envelope.ts';
import type { KeyProvider } from '../../vault/key-provider.ts';
import { digestPart } from './digest-part.ts';
import { exists, sealMedia, type SealedPart } from './seal-media.ts';
import { PartWriter } from '../part-writer.ts';
import { readJournal, type JournalEntry, type JournalParty } from '../session-journal.ts';
import { JOURNAL_NAME, listSpoolFiles, partPath } from '../spool-folder.ts';
import { contextOf, readManifest, type SpoolManifest } from '../spool-manifest.ts';
import { describeSession, type SessionFacts } from './session-facts.ts';

/** How well one party could be heard, over the whole of a media part and over its course. */
export interface PartQuality {
  readonly partId: string;
  readonly label: string | null;
  readonly report: QualityReport;
}

/** A recording ready for the database: complete, verified, encrypted. */
export interface SealedRecording {
  readonly manifest: SpoolManifest;
  readonly facts: SessionFacts;
  readonly parties: readonly JournalParty[];
  readonly parts: readonly SealedPart[];
  readonly quality: readonly PartQuality[];
}

/**
 * Seals one folder of the spool. The same code serves the ordinary end of a call
 * and the restart after a crash: it trusts only what is on the disk, completes
 * what a crash left open, decrypts every part once to prove that it can be
 * played, and digests both sides. Idempotent; it may be killed at any point and
 * run again. Answers undefined where the crash came before anything was captured.
 * @throws HoldfastError `integrity_failed` for damage that is not a crash's: the folder is then left as it is.
 */
export async function sealRecording(
  folder: string,
  provider: KeyProvider,
): Promise<SealedRecording | undefined> {
  const manifest = await readIntactManifest(folder);
  return manifest && sealFolder(folder, manifest, await openKek(manifest, provider));
}

/** The manifest, or undefined where the crash came before anything was captured. Errors as `sealRecording`. */
export async function readIntactManifest(folder: string): Promise<SpoolManifest | undefined> {
  try {
    return (await readManifest(folder)) ?? (await nothingCaptured(folder));
  } catch (error) {
    if (await hasMedia(folder)) throw error;
    return undefined; // a power cut can leave a torn manifest, but never media without a whole one
  }
}

/** As `sealRecording`, with the key-encryption key that the manifest names. */
export async function sealFolder(
  folder: string,
  manifest: SpoolManifest,
  kek: Buffer,
): Promise<SealedRecording | undefined> {
  const journalKey = unwrapDataKey(kek, manifest.journalKey, contextOf(manifest, 'journal'));
  const journal = await readJournal(join(folder, JOURNAL_NAME), journalKey, manifest.recordingId);
  if (!journal.some(({ type }) => type === 'started')) return nothingCaptured(folder);
  // The answer is noted right before it goes out: without it no client was told where to send, and the call never was.
  if (!journal.some(({ type }) => type === 'answer')) return undefined;

  const media: SealedPart[] = [];
  const surveys: ClockSurvey[] = [];
  const quality: PartQuality[] = [];
  let lastPacketMs = 0;
  let brokenLogs = 0;
  for (const part of manifest.parts.filter(({ kind }) => kind === 'media')) {
    const sealed = await sealMedia(folder, manifest, part, kek);
    if (sealed?.closed !== true) brokenLogs += 1;
    if (sealed === undefined) continue;
    media.push(sealed.part);
    surveys.push(sealed.survey);
    quality.push({ partId: part.id, label: part.label, report: sealed.quality });
    lastPacketMs = Math.max(lastPacketMs, sealed.endMs);
  }
  const plans = planClocks(surveys);
  const facts = describeSession(journal, { lastPacketMs, brokenLogs });
  const metadata = await sealMetadata(folder, manifest, kek, { facts, quality, journal });
  await syncDirectory(folder); // what the database is about to promise must be found again after a power cut
  return {
    manifest,
    facts,
    parties: facts.parties,
    parts: [...media.map((part, index) => withPlan(part, plans[index])), metadata],
    quality,
  };
}

/** A crash can come before anything was captured, but it takes nothing away: media without its beginning is damage. */
async function nothingCaptured(folder: string): Promise<undefined> {
  if (!(await hasMedia(folder))) return undefined;
  throw new HoldfastError(
    'integrity_failed',
    'A folder of the spool holds parts of a session whose beginning is missing, so it cannot be sealed. Keep the folder for an investigation.',
  );
}

/** Whether any part has more than its header: the first chunk is full long after manifest and journal were flushed. */
async function hasMedia(folder: string): Promise<boolean> {
  const names = (await listSpoolFiles(folder)).filter((name) => name.endsWith('.part'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.some((size) => size > HEADER_BYTES);
}

/** Unwraps the key-encryption key that a manifest names. @throws HoldfastError `key_unavailable`. */
export async function openKek(manifest: SpoolManifest, provider: KeyProvider): Promise<Buffer> {
  const { provider: name, rootKeyId, wrapped, period } = manifest.kek;
  const scope = {
    tenant: manifest.tenantId,
    region: manifest.region,
    period,
    retentionClass: manifest.retentionClass,
  };
  return provider.unwrap({ provider: name, keyId: rootKeyId, bytes: wrapped }, kekContext(scope));
}

/** Everything known of the session besides its media, kept with it and covered by the same proof. */
async function sealMetadata(
  folder: string,
  manifest: SpoolManifest,
  kek: Buffer,
  content: {
    readonly facts: SessionFacts;
    readonly quality: readonly PartQuality[];
    readonly journal: readonly JournalEntry[];
  },
): Promise<SealedPart> {
  const part = manifest.parts.find(({ kind }) => kind === 'metadata');
  if (part === undefined)
    throw new HoldfastError(
      'integrity_failed',
      'The manifest of a spooled recording names no metadata part; keep its folder for an investigation.',
    );
  const context = contextOf(manifest, part.id);
  const key = unwrapDataKey(kek, part.wrappedKey, context);
  const path = partPath(folder, part.id);
  if (!(await exists(path))) {
    const next = `${path}.next`;
    await rm(next, { force: true });
    let fault: unknown;
    const onFault = (error: unknown): void => {
      fault = error;
    };
    const writer = await PartWriter.create({ path: next, key, context, onFault });
    const { node, region, retentionClass } = manifest;
    writer.write(
      Buffer.from(
        JSON.stringify({
          version: 1,
          node,
          region,
          retentionClass,
          ...content,
        }),
      ),
    );
    await writer.close();
    if (fault !== undefined) throw fault;
    await rename(next, path);
  }
  return { ...part, ...(await digestPart(path, key, context)) };
}

function withPlan(part: SealedPart, clockPlan: ClockPlan | undefined): SealedPart {
  return clockPlan === undefined ? part : { ...part, clockPlan };
}
