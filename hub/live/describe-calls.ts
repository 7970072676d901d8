import type { LiveCall } from '../../recorder-core/capture/recorder-control.ts';
import type { LiveCallRow } from '../../recorder-core/records/live-calls.ts';

/** Calls in progress as rows of the database; field by field, so that nothing else of a call ever gets there. Pure. */
export function describeCalls(calls: readonly LiveCall[]): LiveCallRow[] {
  return calls.map((call) => ({
    recordingId: call.recordingId,
    state: call.state,
    startedAt: new Date(call.startedAtMs).toISOString(),
    dialect: call.dialect,
    transport: call.transport,
    streams: call.streams.map((stream) => ({
      label: stream.label,
      port: stream.port,
      codec: stream.codec,
      secured: stream.secured,
      held: stream.held,
      packets: stream.packets,
      lost: stream.lost,
      jitterMs: rounded(stream.jitterMs),
      mosLq: stream.mosLq === null ? null : rounded(stream.mosLq),
      silentMs: stream.silentMs === null ? null : Math.round(stream.silentMs),
    })),
    alerts: call.alerts.map(({ kind, label, atMs, detail }) => ({ kind, label, atMs, detail })),
  }));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
