import type { RecorderHooks } from '../../../recorder-core/capture/recorder.ts';
import type { CallTraces } from './call-traces.ts';
import { noteRefusedCall } from './note-refused-call.ts';
import type { Resources } from '../open-resources.ts';

/** What the recorder role does with the news of its recorder: logs, metrics, traces, and a leaf for each refusal. */
export function recorderHooks(
  resources: Resources,
  traces: CallTraces,
  onEnded: (recordingId: string, trace: Record<string, string>) => void,
): RecorderHooks {
  const { log, metrics } = resources;
  /** When each call that has no final answer yet reached us, in seconds. */
  const begun = new Map<string, number>();
  const answered = (recordingId: string): void => {
    const at = begun.get(recordingId);
    if (at !== undefined) metrics.setupSeconds.observe(performance.now() / 1000 - at);
    begun.delete(recordingId);
  };
  return {
    decided(recordingId, verdict, seconds) {
      metrics.consentSeconds.observe(seconds);
      begun.set(recordingId, performance.now() / 1000 - seconds);
      const { outcome, rules } = verdict.explanation;
      log.info(
        { recordingId, outcome, allowed: verdict.allowed, rules: rules.map(({ id }) => id) },
        'consent decided',
      );
    },
    accepted(recordingId) {
      answered(recordingId);
      traces.begin(recordingId);
      metrics.calls.inc({ outcome: 'accepted' });
      metrics.activeCalls.inc();
      log.info({ recordingId }, 'call accepted');
    },
    refused(recordingId, status, known, verdict) {
      answered(recordingId);
      metrics.calls.inc({ outcome: `refused_${status}` });
      log.warn({ recordingId, status }, 'call refused');
      void noteRefusedCall(resources, { recordingId, status, known, verdict });
    },
    ended(recordingId, reason) {
      metrics.activeCalls.dec();
      log.info({ recordingId, reason }, 'call ended');
      onEnded(recordingId, traces.end(recordingId));
    },
    failed(recordingId, error) {
      begun.delete(recordingId); // one that its client gave up meanwhile is told of no more
      log.error({ recordingId, error }, 'a call could not be opened');
    },
  };
}
