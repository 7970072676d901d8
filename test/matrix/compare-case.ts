import type { LeftRecording } from '../../recorder-core/capture/test-support/recorder-bench.ts';
import { relate, type SessionRelation } from '../../recorder-core/siprec/session-relation.ts';
import { RECORDING_WARNINGS } from '../../recorder-core/siprec/warnings.ts';
import { answerFaults } from './answer-faults.ts';
import { changeOf, type MatrixCase } from './matrix-case.ts';
import { expectedLengths, expectedRelation, expectedSpeakers, expectedWarnings } from './expectation.ts';
import { asKept, channelsOf, clockDrift, keptBodies, type Channel } from './read-outcome.ts';
import type { PlayedCase } from './play-case.ts';
import type { SentBody } from './wire-tap.ts';

/** Everything that is compared of a case. */
interface CaseFacts {
  /** By call and line: digest of the payload, who spoke when, and the holds. */
  readonly channels: readonly (readonly Channel[])[];
  readonly lengthsMs: readonly number[];
  readonly warnings: readonly (readonly string[])[];
  readonly relation: SessionRelation | undefined;
  /** Raw bodies in the journals, in order. */
  readonly bodies: readonly (readonly SentBody[])[];
  readonly bodiesInTime: boolean;
  /** What was wrong with the answers, and what went wrong in the recorder. */
  readonly answerFaults: readonly string[];
  readonly recorderFaults: readonly unknown[];
  readonly refused: readonly number[];
  /** The RTP clock of a line ran apart from the recorder's. */
  readonly clocksApart: boolean;
  /** Folders in the spool: nothing is left of a call that was not recorded. */
  readonly folders: number;
}

/** A packet waits for its turn of the loop; virtual time goes on meanwhile. */
const MOST_DRIFT_MS = 60;

/** What the case left. */
export function observedOf(played: MatrixCase, outcome: PlayedCase): CaseFacts {
  const recordings = inOrderOfCalls(outcome);
  const [first, second] = recordings;
  return {
    channels: inOneOrder(
      played,
      recordings.map((recording) => readChannels(played, recording)),
    ),
    lengthsMs: isPerLine(played) ? [] : recordings.map(({ sealed }) => sealed.facts.durationMs),
    warnings: recordings.map(({ sealed }) => sealed.facts.warnings.map(codeOf).sort()),
    relation: first && second && relate(relatedOf(first), relatedOf(second)),
    bodies: recordings.map((recording) => keptBodies(recording).bodies),
    bodiesInTime: recordings.every((recording) => keptBodies(recording).inTime),
    answerFaults: outcome.dialogs.flatMap(({ exchanges }) => answerFaults(exchanges)),
    recorderFaults: outcome.faults,
    refused: outcome.refused,
    clocksApart:
      recordings.length === 1 &&
      recordings.some(({ logs }) => logs.some((log) => clockDrift(log) > MOST_DRIFT_MS)),
    folders: outcome.folders,
  };
}

/** What it must have left. */
export function requiredOf(played: MatrixCase, outcome: PlayedCase): CaseFacts {
  const { reports, dialogs } = outcome;
  const { hold, recordings: count = 1 } = changeOf(played);
  const perLine = isPerLine(played);
  const speakers = expectedSpeakers(played);
  const channels = reports.map(({ streams }) =>
    streams.map(({ sha256 }, line) => ({ sha256, speakers: speakers[line] ?? [], hold: hold ? [hold] : [] })),
  );
  const calls = perLine ? channels.flatMap((lines) => lines.map((line) => [line])) : channels;
  return {
    channels: inOneOrder(
      played,
      calls.map((lines) => (perLine ? lines.map(withoutTimes) : lines)),
    ),
    lengthsMs: perLine ? [] : expectedLengths(played, reports),
    warnings: calls.map(() => expectedWarnings(played)),
    relation: expectedRelation(played),
    bodies: dialogs.map(({ sent }) => sent.map(asKept)),
    bodiesInTime: true,
    answerFaults: [],
    recorderFaults: [],
    refused: count === 0 ? [487] : [],
    clocksApart: false,
    folders: calls.length,
  };
}

/** The lines have a dialog each, and two that run beside each other share no moment. */
function isPerLine({ source }: MatrixCase): boolean {
  return source.lines === 'per-line';
}

/** Which of two dialogs is answered first is left to chance. */
function inOneOrder(played: MatrixCase, calls: readonly (readonly Channel[])[]): (readonly Channel[])[] {
  const digest = (lines: readonly Channel[]): string => lines[0]?.sha256 ?? '';
  return isPerLine(played) ? [...calls].sort((a, b) => digest(a).localeCompare(digest(b))) : [...calls];
}

/** Recordings in the order in which their calls were answered. */
function inOrderOfCalls({ dialogs, recordings }: PlayedCase): LeftRecording[] {
  return dialogs.flatMap(
    ({ dialog }) => recordings.find(({ sealed }) => sealed.facts.callId === dialog.callId) ?? [],
  );
}

/** A line that the recorder had offered and nobody used is no channel of the call. */
function readChannels(played: MatrixCase, recording: LeftRecording): Channel[] {
  const used = channelsOf(recording).filter(
    ({ speakers, sha256 }) => speakers.length > 0 || sha256 !== NOTHING,
  );
  return isPerLine(played) ? used.map(withoutTimes) : used;
}

/** SHA-256 of nothing. */
const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function withoutTimes({ sha256, speakers, hold }: Channel): Channel {
  return {
    sha256,
    speakers: speakers.map((speaker) => speaker.replaceAll(/[<>]\d+/g, '')),
    hold: hold.map(() => [0, 0] as const),
  };
}

function relatedOf({ sealed }: LeftRecording) {
  const { identity, startedAtMs, endedAtMs } = sealed.facts;
  return { ...identity, startedAt: startedAtMs, endedAt: endedAtMs };
}

function codeOf(sentence: string): string {
  const known = Object.entries(RECORDING_WARNINGS).find(([, { text }]) => text === sentence);
  return known?.[0] ?? sentence;
}
