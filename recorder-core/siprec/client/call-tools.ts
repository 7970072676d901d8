import type { UserAgent } from '../../sip/user-agent.ts';
import type { Pacer } from './media/pacer.ts';

/** What a call needs from outside. */
export interface CallTools {
  readonly userAgent: Pick<UserAgent, 'invite'>;
  /** Made when a call is answered; stopped when it ends. */
  pacer(): Pacer;
  /** Epoch ms. */
  now(): number;
  random(bytes: number): Buffer;
}
