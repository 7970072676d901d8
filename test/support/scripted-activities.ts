import type {
  ConnectorActivities,
  DeliveryRef,
  DisposalRef,
  LifecycleActivities,
  MediaActivities,
  RecordingRef,
  SpoolActivities,
} from '../../activities/contract.ts';

type All = SpoolActivities & MediaActivities & LifecycleActivities & ConnectorActivities;

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
      media: { enrichRecording: this.#run('enrichRecording', async () => ({ derivedParts: 1 })) },
      lifecycle: {
        listDeliveries: this.#run('listDeliveries', async () => ({ connectionIds: ['search'] })),
        retainRecording: this.#run('retainRecording', async () => ({
          retainUntil: '2033-01-01T00:00:00.000Z',
        })),
        claimDue: this.#run('claimDue', async () => ({ claimed: [], more: false })),
        destroyKeys: this.#run('destroyKeys', async () => ({ outcome: 'destroyed' as const })),
        destroyObjects: this.#run('destroyObjects', async () => ({ deleted: 4 })),
        certifyDisposal: this.#run('certifyDisposal', async () => ({ ledgerIndex: 7 })),
      } satisfies LifecycleActivities,
      connectors: {
        deliverRecording: this.#run('deliverRecording', async () => ({ outcome: 'done' as const })),
        withdrawRecording: this.#run('withdrawRecording', async () => ({ outcome: 'done' as const })),
      } satisfies ConnectorActivities,
    };
  }

  #run<K extends keyof All>(name: K, usual: All[K]): All[K] {
    const answer = (this.#script[name] ?? usual) as (input: never) => Promise<unknown>;
    return (async (input: RecordingRef | DeliveryRef | DisposalRef) => {
      this.calls.push({ name, input });
      for (const listener of [...this.#listeners]) listener();
      return answer(input as never);
    }) as All[K];
  }
}
