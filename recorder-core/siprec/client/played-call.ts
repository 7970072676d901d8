import type { CallOptions } from './call-options.ts';
import type { CallParty } from './call-party.ts';
import type { CallEvent, CallReport } from './call-report.ts';
import type { CallTools } from './call-tools.ts';
import { CallMedia } from './media/call-media.ts';
import type { Pacer } from './media/pacer.ts';
import { perform, type CallUnderWay, type ChangeContent } from './scenario/acts.ts';
import type { CallStep, ChangeMethod } from './scenario/call-step.ts';
import { planLine, planLines, type PlannedLine } from './scenario/line-plan.ts';
import { planSteps } from './scenario/plan-steps.ts';
import { CallModel, type ModelLine } from './signalling/call-model.ts';
import type { OfferPlan } from './signalling/offer-plan.ts';
import { RecordingDialog } from './signalling/recording-dialog.ts';
import type { RecorderWish } from './signalling/recorder-requests.ts';

/** A dialog of a call to play: the parties it carries, of all who are in the call. */
export interface DialogPlan {
  readonly offer: OfferPlan;
  readonly parties: readonly CallParty[];
  /** Place of its first line among the lines of the call. */
  readonly firstLine: number;
  readonly sipSessionId: string;
}

/** One dialog of a call on its way from INVITE to BYE, with its media, its steps and its time; used once. */
export class PlayedCall implements CallUnderWay {
  readonly model: CallModel;
  readonly form: OfferPlan['form'];
  readonly #call: CallOptions;
  readonly #plan: DialogPlan;
  readonly #tools: CallTools;
  readonly #address: string;
  readonly #media: CallMedia;
  readonly #dialog: RecordingDialog;
  readonly #stop = new AbortController();
  #endedBy: CallReport['endedBy'] = 'client';
  #pacer: Pacer | undefined;

  constructor(call: CallOptions, plan: DialogPlan, tools: CallTools) {
    const { offer, firstLine, sipSessionId } = plan;
    const address = call.localAddress ?? '127.0.0.1';
    this.#call = call;
    this.#plan = plan;
    this.#tools = tools;
    this.#address = address;
    this.form = offer.form;
    this.model = new CallModel({
      address,
      sipSessionId,
      sdpSessionId: String(tools.random(4).readUInt32BE(0)),
      newId: () => tools.random(16).toString('base64'),
      mixed: offer.form.lines === 'mixed',
    });
    this.model.startedAt = tools.now();
    this.#media = new CallMedia(this.model, { call, address, firstLine, random: tools.random });
    this.#dialog = new RecordingDialog(this.model, offer, {
      onEvent: (event) => {
        this.#emit(event);
      },
      onAnswered: () => {
        this.model.startedAt = tools.now();
        this.#pacer = tools.pacer();
      },
      onWish: (wish) => {
        this.#tellWish(wish);
      },
      onEnded: () => {
        this.#finish('recorder');
      },
      over: this.#stop.signal,
      wait: (ms) => this.#until(this.elapsed() + ms),
      random: tools.random,
    });
  }

  /** Plays it to the end. Whatever happens, the ports are closed and an open dialog is ended. */
  async run(): Promise<CallReport> {
    const planned = planLines(this.form, this.#plan.parties);
    const steps = planSteps(this.#call, Math.max(...planned.map(({ track }) => track.durationMs)));
    const { signal } = this.#call;
    const abort = (): void => {
      this.#finish('abort');
    };
    try {
      await this.#openLines(planned);
      const place = { localAddress: this.#address, line: this.#plan.firstLine };
      const { dialog, target, setupMs } = await this.#dialog.invite(this.#tools.userAgent, this.#call, place);
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      await this.#play(steps);
      this.#pacer?.stop();
      this.#media.sayGoodbye(this.elapsed());
      await this.#dialog.bye();
      this.#emit({ type: 'ended', by: this.#endedBy });
      return {
        dialogCallId: dialog.callId,
        callId: this.#plan.sipSessionId,
        target,
        setupMs,
        streams: this.#media.describe(),
        answeredAt: this.model.startedAt,
        endedAt: this.#tools.now(),
        endedBy: this.#endedBy,
      };
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#pacer?.stop();
      await this.#dialog.bye();
      await this.#media.close();
    }
  }

  elapsed(): number {
    return this.#pacer?.elapsed() ?? 0;
  }

  wallNow(): number {
    return this.model.startedAt + this.elapsed();
  }

  change(by: ChangeMethod, content: ChangeContent): Promise<void> {
    return this.#dialog.change(by, content);
  }

  openLine(party: CallParty): Promise<ModelLine> {
    return this.#media.open(planLine(this.form, party, this.#media.nextIndex), this.elapsed());
  }

  renewKeys(): void {
    this.#media.renewKeys();
  }

  async #openLines(planned: readonly PlannedLine[]): Promise<void> {
    for (const line of planned) {
      const opened = await this.#media.open(line, 0);
      for (const party of line.parties) this.model.join(party, opened, this.model.startedAt);
    }
  }

  async #play(steps: readonly CallStep[]): Promise<void> {
    const over = this.#stop.signal;
    this.#pacer?.drive(this.#media);
    for (const step of steps) {
      await this.#until(step.atMs);
      if (over.aborted) return;
      await perform(this, step);
      if (over.aborted) return;
      this.#tellStep(step);
    }
    // Asked again, as it may have moved meanwhile.
    while (this.#endsAt > this.elapsed() && !over.aborted) await this.#until(this.#endsAt);
  }

  get #endsAt(): number {
    return Math.min(this.#media.endsAt, this.#call.durationMs ?? Infinity);
  }

  #tellStep({ do: what }: CallStep): void {
    const atMs = Math.round(this.elapsed());
    if (what === 'hold') this.#emit({ type: 'held', atMs, by: 'client' });
    else if (what === 'resume') this.#emit({ type: 'resumed', atMs, by: 'client' });
    else this.#emit({ type: 'changed', atMs, what });
  }

  #tellWish(wish: RecorderWish['wish']): void {
    const atMs = Math.round(this.elapsed());
    if (wish === 'snapshot') this.#emit({ type: 'snapshot', atMs });
    else this.#emit({ type: wish === 'pause' ? 'held' : 'resumed', atMs, by: 'recorder' });
  }

  async #until(ms: number): Promise<void> {
    await this.#pacer?.until(ms, this.#stop.signal);
  }

  #finish(by: CallReport['endedBy']): void {
    if (this.#stop.signal.aborted) return;
    this.#endedBy = by;
    this.#stop.abort();
  }

  #emit(event: CallEvent): void {
    this.#call.onEvent?.(event);
  }
}
