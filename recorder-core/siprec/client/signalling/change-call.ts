import { HoldfastError, isHoldfastError } from '../../../errors.ts';
import type { SipResponse } from '../../../sip/message.ts';
import type { Dialog } from '../../../sip/user-agent.ts';
import type { ChangeMethod } from '../scenario/call-step.ts';
import type { ClientBody } from './client-body.ts';

/** Both ends asked at once (RFC 3261 section 14.1): the one that owns the Call-ID waits at least 2.1 s. */
const GLARE = 491;
const GLARE_WAIT_MS = 2100;
const TRIES = 3;

/**
 * Sends a request in mid-call, again where both ends asked at once. Undefined when the call is over meanwhile: then there
 * is nothing left to change.
 *
 * @throws HoldfastError `unavailable` when the recorder refuses it; what the stack says when it cannot be sent
 */
export async function changeCall(
  dialog: Dialog,
  method: ChangeMethod,
  body: ClientBody,
  call: { readonly over: AbortSignal; wait(ms: number): Promise<void> },
): Promise<SipResponse | undefined> {
  for (let count = 1; !call.over.aborted; count += 1) {
    const response = await ask(dialog, method, body, call.over, count < TRIES);
    if (response !== undefined && response.status < 300) return response;
    if (call.over.aborted) return undefined;
    if (response !== undefined && (response.status !== GLARE || count >= TRIES)) {
      throw new HoldfastError(
        'unavailable',
        `The recorder refused a change of the running call with status ${response.status}; see its log for the reason.`,
      );
    }
    await call.wait(GLARE_WAIT_MS);
  }
  return undefined;
}

/** Undefined to be asked again: another offer is under way in the dialog, or the call has ended. */
async function ask(
  dialog: Dialog,
  method: ChangeMethod,
  body: ClientBody,
  over: AbortSignal,
  again: boolean,
): Promise<SipResponse | undefined> {
  try {
    return await dialog.request(method, body);
  } catch (error) {
    const crossed = again && isHoldfastError(error) && error.code === 'conflict';
    if (over.aborted || crossed) return undefined;
    throw error;
  }
}
