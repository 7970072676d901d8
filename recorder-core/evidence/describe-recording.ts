import type { RecordingCut } from '../records/cuts.ts';
import type { PartDisposal } from '../records/part-disposals.ts';
import type { BundleOrder } from './bundle-order.ts';
import type { CapturedSession } from './captured-session.ts';
import type { ExportedRecording } from './read-recording.ts';
import type { Playable } from './write-playable.ts';
import type { PartLeftOut } from './write-parts.ts';

/** What `metadata.json` is made of. */
export interface DescribedRecording {
  readonly order: BundleOrder;
  readonly exported: ExportedRecording;
  readonly session: CapturedSession | undefined;
  /** Left out for what was disposed of. */
  readonly playable: Playable | undefined;
  readonly leftOut: readonly PartLeftOut[];
}

/** The content of `metadata.json`: all that is known of a recording, for people and other programs. Pure. */
export function describeRecording({ order, exported, session, playable, leftOut }: DescribedRecording) {
  const { recording, holds, receipts, alerts, related, certificate, partDisposals, cuts, consentEvidence } =
    exported;
  const { consent, retention, quality, warnings } = recording;
  return {
    format: 'holdfast-recording/1',
    id: recording.id,
    state: recording.state,
    source: recording.source,
    callId: recording.callId,
    startedAt: recording.startedAt,
    endedAt: recording.endedAt,
    durationMs: recording.durationMs,
    partial: recording.partial,
    retentionClass: recording.retentionClass,
    retainUntil: recording.retainUntil,
    held: recording.held,
    recordedBy: { node: recording.spoolNode, region: recording.region },
    call: describeCall(session),
    parties: describeParties(exported, session),
    channels: describeChannels(exported, playable),
    playable: describePlayable(playable),
    transcript: null,
    quality,
    alerts: alerts.map(({ recordingId: _recording, ...alert }) => alert),
    warnings,
    consent: {
      ...consent,
      later: session?.laterConsent ?? [],
      evidence: consentEvidence.map(({ recordingId: _recording, ...evidence }) => evidence),
    },
    retention,
    holds: holds.map(({ recordingIds: _recordings, query: _names, ...hold }) => hold),
    deliveries: receipts,
    related,
    certificate: certificate ?? null,
    partDisposals: partDisposals.map(describePartDisposal),
    cuts: cuts.map((cut) => ({
      ...describeCut(cut),
      reason: cut.reason,
      decidedBy: cut.decidedBy?.name ?? null,
    })),
    partsLeftOut: leftOut,
    copy: { export: order.id, recipient: order.recipient.name, watermark: order.recipient.watermark },
  };
}

/**
 * The same of a copy of some lines alone: what is about the call and about whoever spoke there, and nothing that the house noted
 * about it or that tells of others. Pure.
 */
export function describeLines({ order, exported, playable }: DescribedRecording) {
  const { recording, parties, withheld = new Set<string>() } = exported;
  const { id, startedAt, endedAt, durationMs, partial } = recording;
  return {
    format: 'holdfast-recording/1',
    id,
    startedAt,
    endedAt,
    durationMs,
    partial,
    parties: describeParties(
      { ...exported, parties: parties.filter(({ name, address }) => (name ?? address) !== null) },
      undefined,
    ),
    channels: describeChannels(exported, playable),
    playable: describePlayable(playable),
    cuts: exported.cuts.map(describeCut),
    withheld: {
      why: 'This is the copy of one side of a call: the other side is silent, and the signalling, which names both, is left out.',
      parts: [...withheld],
    },
    copy: { export: order.id, recipient: order.recipient.name, watermark: order.recipient.watermark },
  };
}

/** Which parts were destroyed alone, why, and by what that is proven; whose request it was stays in the house. */
function describePartDisposal({
  partIds,
  keptIds,
  ground,
  state,
  askedAt,
  endedAt,
  evidence,
  beyondRecoveryAt,
}: PartDisposal) {
  return {
    ground,
    state,
    askedAt,
    endedAt,
    parts: partIds.filter((id) => !keptIds.includes(id)),
    kept: keptIds,
    evidence,
    beyondRecoveryAt,
  };
}

/** A span that was cut out: of which lines, on which ground, by which approval, and whether it is over. */
function describeCut({ id, labels, fromMs, toMs, ground, state, askedAt, endedAt }: RecordingCut) {
  return { id, approval: id, lines: labels, fromMs, toMs, ground, state, askedAt, endedAt };
}

function describeCall(session: CapturedSession | undefined) {
  if (session === undefined) return null;
  const { source, identity, endReason, controls, streams } = session;
  return { source, identity, endReason, controls, streams };
}

function describePlayable(playable: Playable | undefined) {
  if (playable === undefined) return null;
  const { file, rate, codecs, notPlayed } = playable;
  return { path: file?.path ?? null, rate, codecs, notPlayed };
}

function describeParties({ parties }: ExportedRecording, session: CapturedSession | undefined) {
  return parties.map(({ ordinal, name, address, label }) => {
    const { joinedAt = null, leftAt = null } = session?.presence.find((one) => one.ordinal === ordinal) ?? {};
    return { ordinal, name, address, label, joinedAt, leftAt };
  });
}

function describeChannels({ channels }: ExportedRecording, playable: Playable | undefined) {
  return channels.map(({ label, party, parts, destroyed }, index) => ({
    label,
    party: party?.ordinal ?? null,
    /** Counted from 1 in the playable file. */
    channel: playable?.file ? index + 1 : null,
    codecPath: parts.flatMap(({ id }) => playable?.paths.of(id) ?? []),
    /** Parts of the line that were destroyed; it is silent there. */
    ...(destroyed.length > 0 && {
      destroyed: destroyed.map(({ id, destroyedAt }) => ({ part: id, at: destroyedAt })),
    }),
  }));
}
