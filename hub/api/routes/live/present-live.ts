import type { SeenCall } from '../../../../recorder-core/records/live-calls.ts';
import type { RecorderCommand as StoredCommand } from '../../../../recorder-core/records/recorder-commands.ts';
import {
  HEARTBEAT_LIMIT_MS,
  isHeard,
  type SeenNode,
} from '../../../../recorder-core/records/recorder-nodes.ts';
import type { LiveCall, RecorderCommand, RecorderNode } from '../../schemas/live.ts';

/** A node as the API shows it: one that should beat and does not is `silent`, whatever it said last. Pure. */
export function presentNode(seen: SeenNode): RecorderNode {
  const { node, region, version, calls, capacity, heartbeatAt } = seen;
  const state = seen.state === 'down' || isHeard(seen) ? seen.state : 'silent';
  return { node, region, version, state, calls, capacity, heartbeatAt };
}

/** A call as the API shows it; its state is not known once its node is silent. Pure. */
export function presentCall(seen: SeenCall): LiveCall {
  const { recordingId, node, startedAt, dialect, transport, streams, alerts } = seen;
  return {
    recordingId,
    node,
    state: seen.heartbeatAgeMs <= HEARTBEAT_LIMIT_MS ? seen.state : 'unknown',
    startedAt,
    dialect,
    transport,
    streams: streams.map((stream) => ({ ...stream })),
    alerts: alerts.map(({ kind, label, atMs, detail }) => ({
      kind,
      label,
      detail,
      raisedAt: new Date(atMs).toISOString(),
    })),
  };
}

/** A command with its state in one word. Pure. */
export function presentCommand(command: StoredCommand): RecorderCommand {
  const { id, node, recordingId, verb, reason, askedAt, takenAt, settledAt, outcome, answer } = command;
  const state = outcome ?? (takenAt === null ? 'asked' : 'taken');
  return { id, node, recordingId, verb, reason, state, askedAt, settledAt, answer };
}
