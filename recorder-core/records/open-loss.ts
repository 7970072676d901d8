import { lossKey, lossTerms, type LossKind } from '../policy/recorder-loss.ts';
import type { Tx } from './database.ts';
import { openIncident, type OpenedIncident } from './open-incident.ts';

/** What a loss at a recorder is told with. */
export interface LossContext {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/** A loss at a recorder. */
export interface Loss {
  readonly node: string;
  readonly kind: LossKind;
  readonly detectedAt: Date;
  /** Sealed recordings that it is about. */
  readonly recordingIds?: readonly string[];
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** Opens the incident of a loss, or counts it on the one that stands for the recorder and kind. */
export function openLoss(tx: Tx, context: LossContext, loss: Loss): Promise<OpenedIncident> {
  const { node, kind, detectedAt, recordingIds = [], facts } = loss;
  const { severity, title } = lossTerms(kind);
  return openIncident(tx, {
    ...context,
    key: lossKey(node, kind),
    kind: 'capture',
    severity,
    title: `Recorder ${node}: ${title}`,
    detector: 'recorder-watch',
    detectedAt,
    recordingIds,
    facts: { node, loss: kind, ...facts },
  });
}
