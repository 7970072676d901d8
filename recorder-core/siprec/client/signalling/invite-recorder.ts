import { isHoldfastError } from '../../../errors.ts';
import { sipStatusOf } from '../../../sip/refused-call.ts';
import type { SipResponse } from '../../../sip/message.ts';
import type { Dialog, InviteOptions, UserAgent } from '../../../sip/user-agent.ts';
import type { CallEvent } from '../call-report.ts';

/** An answered INVITE. */
export interface Answered {
  readonly dialog: Dialog;
  readonly response: SipResponse;
  readonly target: string;
  readonly setupMs: number;
}

/**
 * Calls the targets in order until one answers, as session border controllers do: on a refusal, on a time-out and when one
 * cannot be reached. @throws HoldfastError what the last target said
 */
export async function inviteRecorder(
  userAgent: Pick<UserAgent, 'invite'>,
  targets: readonly string[],
  optionsFor: (target: string) => InviteOptions,
  onEvent: (event: CallEvent) => void,
): Promise<Answered> {
  for (const [index, target] of targets.entries()) {
    onEvent({ type: 'inviting', target });
    const startedAt = performance.now();
    const options = optionsFor(target);
    try {
      const { dialog, response } = await userAgent.invite(options);
      return { dialog, response, target, setupMs: performance.now() - startedAt };
    } catch (error) {
      const last = index === targets.length - 1;
      if (last || options.signal?.aborted === true || !isHoldfastError(error)) throw error;
      onEvent({ type: 'passed-on', target, status: sipStatusOf(error) });
    }
  }
  throw new Error('A call has a target.');
}

/** The target with the transport asked for, unless it names one itself. */
export function withTransport(target: string, transport: string | undefined): string {
  const named = transport === undefined || /^sips:/i.test(target) || /;transport=/i.test(target);
  return named ? target : `${target};transport=${transport}`;
}
