import type { CallParty } from '../../../recorder-core/siprec/client/call-party.ts';
import type { CallAct, CallStep, HoldForm } from '../../../recorder-core/siprec/client/scenario/call-step.ts';
import type { Track } from '../../../recorder-core/siprec/client/tracks/track.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';

/** What steps need that the command line does not say. */
export interface StepSources {
  /** Who joins, or takes over. */
  readonly newcomer: CallParty;
  /** Audio in another codec. @throws HoldfastError `invalid_input` for a codec that is none of ours */
  trackIn(codec: string): Promise<Track>;
  readonly by: 'INVITE' | 'UPDATE';
}

/** The syntax of `--step`, for the help. */
export const STEP_HELP = `
Steps (--step <seconds>:<what>[=<how>][@<party>], parties from 1 in the order of joining):
  2:hold                   a=inactive; hold=null-address, hold=both, hold=sendonly (media just stops)
  4:resume
  5:transfer@1             another party takes the line of party 1 over; transfer=ports@1 from other ports
  6:join                   a third party joins on a line of its own; join=shared@1 on that of party 1
  8:leave@2                a party leaves
  9:codec=pcma@1           a line goes on in another codec
  9:ssrc@1                 a line goes on under another SSRC
  9:ports                  all lines move to other ports
  9:rekey                  new SRTP keys
  9:metadata=partial       metadata alone, by UPDATE; metadata=complete`;

const SYNTAX = /^(\d+(?:\.\d+)?):([a-z]+)(?:=([\w-]+))?(?:@(\d+))?$/;
const HOLD_FORMS: readonly HoldForm[] = ['inactive', 'null-address', 'both', 'sendonly'];

/** The steps of the command line. @throws HoldfastError `invalid_input` for one that cannot be read */
export function readSteps(texts: readonly string[], sources: StepSources): Promise<CallStep[]> {
  const steps = texts.map(async (text) => {
    const [, seconds, what, how, party] = SYNTAX.exec(text) ?? [];
    const act = what === undefined ? undefined : await actOf(what, how, Number(party ?? 1) - 1, sources);
    if (act !== undefined && seconds !== undefined) return { ...act, atMs: Number(seconds) * 1000 };
    throw new HoldfastError(
      'invalid_input',
      'A step cannot be read; write it as <seconds>:<what>, for instance --step 2:hold --step 4:resume. "holdfast call --help" lists all.',
      { field: 'step' },
    );
  });
  return Promise.all(steps);
}

async function actOf(
  what: string,
  how: string | undefined,
  member: number,
  sources: StepSources,
): Promise<CallAct | undefined> {
  const { by, newcomer, trackIn } = sources;
  switch (what) {
    case 'hold': {
      const as = HOLD_FORMS.find((form) => form === how);
      return how === undefined || as !== undefined ? { do: 'hold', by, ...(as && { as }) } : undefined;
    }
    case 'resume':
    case 'ports':
    case 'rekey':
      return { do: what, by };
    case 'transfer':
      return { do: 'transfer', member, to: newcomer, newPorts: how === 'ports', by };
    case 'join':
      return { do: 'join', party: newcomer, ...(how === 'shared' && { onLineOf: member }), by };
    case 'leave':
      return { do: 'leave', member, by };
    case 'codec':
      return how === undefined ? undefined : { do: 'codec', member, track: await trackIn(how), by };
    case 'ssrc':
      return { do: 'ssrc', member };
    case 'metadata':
      return { do: 'metadata', mode: how === 'partial' ? 'partial' : 'complete' };
    default:
      return undefined;
  }
}
