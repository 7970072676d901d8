import type { RequestContent } from './contract.ts';
import type { Headers } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import {
  agreementOf,
  answerSession,
  askSession,
  minimumOf,
  type SessionAgreement,
  type SessionTimerPolicy,
} from './session-expires.ts';
import { SessionTimer } from './session-timer.ts';
import type { SipTimers } from './timers.ts';

/** What keeping a session alive needs from its dialog. */
export interface SessionKeeperHost {
  readonly timers: SipTimers;
  /** `undefined`: session timers are not wanted. */
  readonly policy: SessionTimerPolicy | undefined;
  /** Sends a refresh as any request of the dialog. */
  request(method: 'INVITE' | 'UPDATE', content: RequestContent): Promise<SipResponse>;
  /** What a re-INVITE has to repeat; `undefined` while the application has not said so. */
  sessionDescription(): RequestContent | undefined;
  /** Milliseconds until a request that collided may be tried again. */
  collisionDelay(): number;
  /** Nobody refreshed in time. */
  expire(): void;
}

/** The session timer of a dialog (RFC 4028): agrees on it in each INVITE and UPDATE, refreshes, and tells of its expiry. */
export class SessionKeeper {
  readonly #host: SessionKeeperHost;
  readonly #timer: SessionTimer;
  #peerTakesUpdate = false;
  /** The longest of all Min-SE the peer has shown. */
  #minimum = 0;

  constructor(host: SessionKeeperHost) {
    this.#host = host;
    this.#timer = new SessionTimer(host.timers, {
      refresh: () => void this.#refresh(),
      expire: () => {
        this.#timer.stop();
        host.expire();
      },
    });
  }

  /** Starts with what was agreed when the dialog began; `peer` are the headers of the peer's INVITE or 2xx. */
  begin(agreement: SessionAgreement | undefined, peer: Headers): void {
    this.#hear(peer);
    this.#timer.arm(agreement);
  }

  /** Headers for our 2xx to a request that refreshes the session, which it thereby does. */
  answer(request: SipRequest): Record<string, string> {
    const { policy } = this.#host;
    if (policy === undefined) return {};
    this.#hear(request.headers);
    if (request.method === 'UPDATE') this.#peerTakesUpdate = true;
    const answer = answerSession(request, policy, this.#timer.agreement);
    this.#timer.arm(answer?.agreement);
    return answer?.headers ?? {};
  }

  /** Headers for a request of ours that refreshes the session. */
  ask(): Record<string, string> {
    const current = this.#timer.agreement;
    if (current === undefined) return {};
    return askSession(Math.max(current.interval, this.#minimum), this.#minimum, current);
  }

  /** Takes the peer's 2xx to such a request. */
  learn(response: SipResponse): void {
    if (this.#host.policy !== undefined) this.begin(agreementOf(response), response.headers);
  }

  /** Stops for good; idempotent. */
  stop(): void {
    this.#timer.stop();
  }

  /** UPDATE needs no offer and so cannot collide; a re-INVITE has to repeat the description (RFC 4028 section 7.4). */
  async #refresh(): Promise<void> {
    const description = this.#host.sessionDescription();
    const byUpdate = this.#peerTakesUpdate || description === undefined;
    try {
      const response = byUpdate
        ? await this.#host.request('UPDATE', {})
        : await this.#host.request('INVITE', description);
      if (response.status >= 300) this.#refused(response, byUpdate);
    } catch {
      // A collision with an offer under way, or a lost connection: worth another try as long as the dialog stands.
      this.#timer.retry(this.#host.collisionDelay());
    }
  }

  /** A refusal that says how the refresh would be accepted is followed at once, others after a while. */
  #refused(response: SipResponse, byUpdate: boolean): void {
    if (this.#learnsFrom(response, byUpdate)) void this.#refresh();
    else this.#timer.retry(response.status === 491 ? this.#host.collisionDelay() : 0);
  }

  #learnsFrom({ status, headers }: SipResponse, byUpdate: boolean): boolean {
    const minimum = status === 422 ? minimumOf(headers) : 0;
    const noUpdate = byUpdate && this.#peerTakesUpdate && (status === 405 || status === 501);
    if (minimum <= this.#minimum && !noUpdate) return false;
    this.#minimum = Math.max(this.#minimum, minimum);
    if (noUpdate) this.#peerTakesUpdate = false;
    return true;
  }

  #hear(peer: Headers): void {
    if (peer.has('Min-SE')) this.#minimum = Math.max(this.#minimum, minimumOf(peer));
    if (peer.has('Allow'))
      this.#peerTakesUpdate = peer.getAll('Allow').some((method) => method.toUpperCase() === 'UPDATE');
  }
}
