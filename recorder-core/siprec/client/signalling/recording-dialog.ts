import type { Dialog, InDialogRequest, InviteOptions, RequestContent } from '../../../sip/user-agent.ts';
import type { CallOptions } from '../call-options.ts';
import type { CallEvent } from '../call-report.ts';
import type { CallTools } from '../call-tools.ts';
import type { ChangeContent } from '../scenario/acts.ts';
import type { ChangeMethod } from '../scenario/call-step.ts';
import { agreeOn, readRecorderSdp } from './agree.ts';
import { answerSecurity } from './answer-security.ts';
import type { CallModel } from './call-model.ts';
import { changeCall } from './change-call.ts';
import { buildClientBody, type ClientBody } from './client-body.ts';
import { completeMetadata } from './client-metadata.ts';
import { inviteOptions } from './invite-options.ts';
import { inviteRecorder, withTransport, type Answered } from './invite-recorder.ts';
import type { OfferPlan } from './offer-plan.ts';
import { answerRecorder, type RecorderWish } from './recorder-requests.ts';

/** What a dialog tells the call it belongs to. */
export interface DialogHooks {
  onEvent(event: CallEvent): void;
  /** The call stands; its time begins. */
  onAnswered(): void;
  onWish(wish: RecorderWish['wish']): void;
  /** The recorder, or the network, has ended it. */
  onEnded(): void;
  /** Aborted when the call is over. */
  readonly over: AbortSignal;
  /** Lets ms of the call's time pass. */
  wait(ms: number): Promise<void>;
  random(bytes: number): Buffer;
}

/** The SIP side of a call: what its model says becomes requests, and what the recorder says comes into the model. */
export class RecordingDialog {
  readonly #model: CallModel;
  readonly #plan: OfferPlan;
  readonly #hooks: DialogHooks;
  #answered: Answered | undefined;

  constructor(model: CallModel, plan: OfferPlan, hooks: DialogHooks) {
    this.#model = model;
    this.#plan = plan;
    this.#hooks = hooks;
  }

  /** Calls, and takes the answer into the model. @throws HoldfastError what kept the call from standing */
  async invite(
    userAgent: CallTools['userAgent'],
    call: CallOptions,
    place: { readonly localAddress: string; readonly line: number },
  ): Promise<Answered> {
    const { inviteSdp, laterMetadata } = this.#plan;
    const targets = [call.target].flat().map((target) => withTransport(target, call.transport));
    const optionsFor = this.#inviteOptions(call, place);
    const answered = await inviteRecorder(userAgent, targets, optionsFor, this.#hooks.onEvent);
    this.#takeUp(answered);
    if (inviteSdp) agreeOn(this.#model, readRecorderSdp(answered.response.body));
    const streams = this.#model.lines.map(({ media: { label, target } }) => ({ label, target }));
    this.#hooks.onEvent({ type: 'answered', status: answered.response.status, streams });
    if (laterMetadata) await this.change('UPDATE', { sdp: false, metadata: this.#wholeMetadata() });
    return answered;
  }

  /**
   * Offers how the call stands now, or sends metadata alone; does nothing for metadata where the source sends none.
   *
   * @throws HoldfastError `unavailable` when the recorder refuses, `unsupported` when it leaves no line
   */
  async change(by: ChangeMethod, { sdp, metadata }: ChangeContent): Promise<void> {
    const wanted = this.#plan.hasMetadata ? metadata : undefined;
    if (this.#answered === undefined || (!sdp && wanted === undefined)) return;
    const body = this.#body({ sdp, ...(wanted && { metadata: wanted }) });
    const response = await changeCall(this.#answered.dialog, by, body, this.#hooks);
    if (response !== undefined && sdp) agreeOn(this.#model, readRecorderSdp(response.body));
  }

  /** Ends the dialog if it stands. Never rejects. */
  async bye(): Promise<void> {
    const dialog = this.#answered?.dialog;
    if (dialog !== undefined && dialog.state !== 'ended') await dialog.bye();
  }

  #inviteOptions(
    call: CallOptions,
    place: { readonly localAddress: string; readonly line: number },
  ): (target: string) => InviteOptions {
    const { form, inviteSdp, inviteMetadata, ackMetadata } = this.#plan;
    const { sessionId, groupId, sipSessionId } = this.#model.facts();
    const facts = { parties: call.parties, sessionId, groupId, sipSessionId, line: place.line };
    const whole = this.#wholeMetadata();
    const opening = form.openingMetadata?.(whole) ?? whole;
    const body = this.#body({ sdp: inviteSdp, ...(inviteMetadata && { metadata: opening }) });
    const acknowledge = ({ body: offer }: { readonly body: Buffer }): RequestContent => {
      const described = readRecorderSdp(offer);
      answerSecurity(this.#model, described, this.#hooks.random);
      agreeOn(this.#model, described);
      const sdp = this.#model.describe(described.length);
      return buildClientBody(form, { sdp, ...(ackMetadata && { metadata: this.#wholeMetadata() }) });
    };
    return (target) => ({
      ...inviteOptions(form, facts, { target, localAddress: place.localAddress, body }),
      ...(call.signal && { signal: call.signal }),
      ...(call.credentials && { credentials: call.credentials }),
      ...(!inviteSdp && { acknowledge }),
    });
  }

  #takeUp(answered: Answered): void {
    const dialog: Dialog = answered.dialog;
    this.#answered = answered;
    dialog.onBye = () => {
      this.#hooks.onEnded();
    };
    dialog.onEnded = (reason) => {
      if (reason !== 'local-bye') this.#hooks.onEnded();
    };
    dialog.onRequest = (request) => {
      this.#serve(request);
    };
    dialog.sessionDescription = () => this.#body({ sdp: true });
    this.#hooks.onAnswered();
  }

  #serve(request: InDialogRequest): void {
    for (const { wish } of answerRecorder(request, this.#model)) {
      this.#hooks.onWish(wish);
      // Whether the snapshot arrives is for the recorder to see; it may ask again.
      if (wish === 'snapshot')
        this.change('UPDATE', { sdp: false, metadata: this.#wholeMetadata() }).catch(() => undefined);
    }
  }

  #wholeMetadata(): ReturnType<typeof completeMetadata> {
    return completeMetadata(this.#model.facts());
  }

  #body({ sdp, metadata }: ChangeContent): ClientBody {
    return buildClientBody(this.#plan.form, { sdp: sdp ? this.#model.describe() : undefined, metadata });
  }
}
