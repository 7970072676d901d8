import { HoldfastError } from '../../recorder-core/errors.ts';
import { isFreshProof } from '../../recorder-core/policy/step-up.ts';
import type { Session } from '../../recorder-core/records/sessions.ts';

/** Whether the person proved their presence in this session within so many seconds. */
export function isFresh({ steppedUpAt }: Pick<Session, 'steppedUpAt'>, now: Date, seconds: number): boolean {
  return isFreshProof(steppedUpAt === null ? null : Date.parse(steppedUpAt), now.getTime(), seconds);
}

/** The refusal, for whoever decided that only a fresh proof lacks. */
export function stepUpRequired(act: string, seconds: number): HoldfastError {
  return new HoldfastError(
    'step_up_required',
    `${act} asks for a proof that it is you, no older than ${Math.ceil(seconds / 60)} minutes. Nothing was changed: ` +
      'prove it with your passkey or a code of your authenticator, then send the same request again.',
    { stepUpSeconds: seconds, detail: `step-up/${act}` },
  );
}
