import type { Activities } from '../../activities/make-activities.ts';

type All = Activities['spool'] & Activities['media'] & Activities['lifecycle'] & Activities['connectors'];

/** Activities in memory: they answer well unless a test says otherwise, and remember every call in order. */
export class ScriptedActivities {
  readonly calls: { readonly name: keyof All; readonly input: unknown }[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #script: Partial<All>;

  constructor(script: Partial<All> = {}) {
    this.#script = script;
  }

  /** Names of the calls so far. */
  get names(): string[] {
    return this.calls.map(({ name }) => name);
  }

  /** Resolves once an activity has been called `times` times. */
  called(name: keyof All, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.calls.filter((call) => call.name === name).length < times) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** For runWorkers. */
  get byKind() {
    return {
      spool: { storeParts: this.#run('storeParts', async () => ({ parts: 3, bytes: 48_000 })) },
      media: {
        enrichRecording: this.#run('enrichRecording', async () => ({ derivedParts: 1 })),
        deriveCut: this.#run('deriveCut', async () => ({ derived: 1 })),
        makeExport: this.#run('makeExport', async () => ({
          ready: true,
          expiresAt: '2033-01-01T00:00:00.000Z',
        })),
      } satisfies Activities['media'],
      lifecycle: {
        listDeliveries: this.#run('listDeliveries', async () => ({ connectionIds: ['search'] })),
        queueRecording: this.#run('queueRecording', async () => ({ connectionIds: ['search'] })),
        queueRecordings: this.#run('queueRecordings', async () => ({ queued: 2 })),
        askDueComparisons: this.#run('askDueComparisons', async () => ({ asked: 0 })),
        findDueStreams: this.#run('findDueStreams', async () => ({ streams: [] })),
        findDueQueues: this.#run('findDueQueues', async () => ({ queues: [] })),
        retainRecording: this.#run('retainRecording', async () => ({
          retainUntil: '2033-01-01T00:00:00.000Z',
        })),
        claimDue: this.#run('claimDue', async () => ({ claimed: [], more: false })),
        confirmDisposal: this.#run('confirmDisposal', async () => ({ outcome: 'confirmed' as const })),
        writeTombstone: this.#run('writeTombstone', async () => ({ outcome: 'written' as const })),
        evictKeys: this.#run('evictKeys', async () => ({ processes: 2 })),
        destroyKeys: this.#run('destroyKeys', async () => ({ outcome: 'destroyed' as const })),
        destroyObjects: this.#run('destroyObjects', async () => ({ deleted: 4 })),
        certifyDisposal: this.#run('certifyDisposal', async () => ({ ledgerIndex: 7 })),
        openKeyPeriod: this.#run('openKeyPeriod', async () => ({ periodId: 'period-1' })),
        rewrapKeys: this.#run('rewrapKeys', async () => ({ rewrapped: 3, replaced: 1, more: false })),
        destroyRoots: this.#run('destroyRoots', async () => ({
          outcome: 'closed' as const,
          beyondRecoveryAt: '2026-12-01T00:00:00.000Z',
        })),
        completeDisposals: this.#run('completeDisposals', async () => ({ completed: 2, more: false })),
        advanceRequest: this.#run('advanceRequest', async () => ({
          state: 'answered' as const,
          over: true,
          work: 'wait' as const,
          waitingFor: null,
          nextAt: '2033-01-01T00:00:00.000Z',
        })),
        discoverRequest: this.#run('discoverRequest', async () => ({ found: 1 })),
        fulfilRequest: this.#run('fulfilRequest', async () => ({ open: 0, waitingFor: [] })),
        answerRequest: this.#run('answerRequest', async () => ({ answered: true })),
        buryParts: this.#run('buryParts', async () => ({
          outcome: 'written' as const,
          recordingId: 'recording-1',
        })),
        evictParts: this.#run('evictParts', async () => ({ processes: 2 })),
        destroyParts: this.#run('destroyParts', async () => ({ outcome: 'destroyed' as const })),
        destroyPartObjects: this.#run('destroyPartObjects', async () => ({ deleted: 2 })),
        certifyParts: this.#run('certifyParts', async () => ({ parts: 2 })),
        advanceCut: this.#run('advanceCut', async () => ({
          state: 'cut' as const,
          over: true,
          work: 'wait' as const,
          nextAt: '2033-01-01T00:00:00.000Z',
        })),
        tellLiveCalls: this.#run('tellLiveCalls', async () => ({ told: 0 })),
        applyConsentPage: this.#run('applyConsentPage', async () => ({ next: null, applied: 1 })),
        endConsentChange: this.#run('endConsentChange', async () => undefined),
        endExport: this.#run('endExport', async () => ({ over: true })),
        lockObjects: this.#run('lockObjects', async () => ({ locked: 3 })),
        lockManyObjects: this.#run('lockManyObjects', async () => ({ failed: [] })),
        probeStore: this.#run('probeStore', async () => ({ verdict: 'worm' as const })),
        tidyStore: this.#run('tidyStore', async () => ({ abandoned: 0, canariesLeft: 0 })),
        applyRoleChange: this.#run('applyRoleChange', async () => ({
          state: 'applied' as const,
          effectiveAt: '2026-01-01T00:00:00.000Z',
          accessEnds: false,
        })),
        settleLeaver: this.#run('settleLeaver', async () => ({ clean: true, things: 0 })),
        reconcileCalls: this.#run('reconcileCalls', async () => ({ missing: 0, unlisted: 0 })),
        runComplianceRound: this.#run('runComplianceRound', async () => ({ reports: 0 })),
        auditSection: this.#run('auditSection', async () => ({ state: 'passed' })),
        skipSection: this.#run('skipSection', async () => undefined),
        sealReport: this.#run('sealReport', async () => ({ state: 'sealed' })),
        failReport: this.#run('failReport', async () => undefined),
        activateRules: this.#run('activateRules', async () => ({ activated: true })),
        recomputeDates: this.#run('recomputeDates', async () => ({
          decided: 2,
          moved: 1,
          last: null,
          more: false,
        })),
        noteRecomputed: this.#run('noteRecomputed', async () => undefined),
        advanceApproval: this.#run('advanceApproval', async () => ({
          over: true,
          level: 0,
          nextAt: '2033-01-01T00:00:00.000Z',
        })),
        advanceMatter: this.#run('advanceMatter', async () => ({ over: true, nextAt: null, due: [] })),
        spreadHold: this.#run('spreadHold', async () => ({ outcome: 'done' as const })),
        freezeEvidence: this.#run('freezeEvidence', async () => ({ recordings: 0 })),
        advanceIncident: this.#run('advanceIncident', async () => ({
          over: true,
          nextAt: null,
          tickets: [],
        })),
      } satisfies Activities['lifecycle'],
      connectors: {
        compareConnection: this.#run('compareConnection', async () => ({ differences: 0 })),
        readStream: this.#run('readStream', async () => ({ outcome: 'read' as const, events: 1 })),
        deliverDue: this.#run('deliverDue', async () => ({ sent: 1, more: false, nextAt: null, width: 1 })),
        deliverRecording: this.#run('deliverRecording', async () => ({ outcome: 'done' as const })),
        withdrawRecording: this.#run('withdrawRecording', async () => ({ outcome: 'done' as const })),
        sendTicket: this.#run('sendTicket', async () => ({ outcome: 'done' as const })),
        sendNotice: this.#run('sendNotice', async () => ({ outcome: 'done' as const })),
        sendWebhooks: this.#run('sendWebhooks', async () => ({ nextAt: null })),
      } satisfies Activities['connectors'],
    };
  }

  #run<K extends keyof All>(name: K, usual: All[K]): All[K] {
    const answer = (this.#script[name] ?? usual) as (input: never) => Promise<unknown>;
    return (async (input?: unknown) => {
      this.calls.push({ name, input });
      for (const listener of [...this.#listeners]) listener();
      return answer(input as never);
    }) as All[K];
  }
}
