import { randomBytes } from 'node:crypto';
import { HoldfastError, isHoldfastError } from '../errors.ts';
import { ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './connection-limits.ts';
import type { UserAgent, UserAgentOptions, InviteOptions } from './contract.ts';
import { Core } from './core.ts';
import type { ListenAddress, SipTransport, Transport } from './flow.ts';
import { placeCall, type AnsweredCall } from './outgoing-invite.ts';
import { RequestServer } from './request-server.ts';
import type { TlsListenSettings } from './tls-settings.ts';
import { openTcpTransport } from './transport-tcp.ts';
import { openTlsTransport } from './transport-tls.ts';
import { openUdpTransport } from './transport-udp.ts';
import { formatHostPort } from './uri.ts';

export type * from './contract.ts';
export type { ConnectionLimitOptions } from './connection-limits.ts';
export type { DigestAccount } from './digest-account.ts';
export type { DigestCredentials } from './digest-answer.ts';
export type { ListenAddress, SipSource, SipTransport } from './flow.ts';
export type { SessionTimerPolicy } from './session-expires.ts';
export { SourceGate, type Admission } from './source-gate.ts';
export type { SourceRule } from './source-rules.ts';
export type { SipTimers } from './timers.ts';
export type { TlsPeer } from './tls-peer.ts';
export type { TlsCallSettings, TlsIdentity, TlsListenSettings, TlsVersion } from './tls-settings.ts';

/** Makes a user agent; nothing is bound before `start`. */
export function createUserAgent(options: UserAgentOptions): UserAgent {
  return new SipUserAgent(options);
}

class SipUserAgent implements UserAgent {
  readonly #core: Core;
  readonly #server: RequestServer;
  readonly #limits: ConnectionLimits;
  #closing: Promise<void> | undefined;

  constructor(options: UserAgentOptions) {
    this.#core = new Core(options, options.random ?? randomBytes);
    this.#server = new RequestServer(this.#core);
    this.#limits = new ConnectionLimits({ ...DEFAULT_CONNECTION_LIMITS, ...options.connectionLimits });
  }

  async start(): Promise<ListenAddress[]> {
    const { listen } = this.#core.options;
    const opened = await Promise.allSettled(listen.map((address) => this.#open(address.transport, address)));
    const transports = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = opened.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(transports.map((transport) => transport.close()));
      throw failed.reason;
    }
    const addresses = transports.map((transport) => transport.local);
    // A caller without a TCP or TLS listener can still call out over both.
    for (const protocol of ['tcp', 'tls'] as const)
      if (!listen.some((address) => address.transport === protocol))
        transports.push(await this.#open(protocol));
    this.#core.transports = transports;
    return addresses;
  }

  get load(): UserAgent['load'] {
    const { dialogs, transactions } = this.#core;
    return {
      dialogs: dialogs.size,
      serverTransactions: transactions.serverCount,
      clientTransactions: transactions.clientCount,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#core.close();
    return this.#closing;
  }

  invite(options: InviteOptions): Promise<AnsweredCall> {
    return placeCall(this.#core, options);
  }

  renewTls(settings: TlsListenSettings): void {
    for (const transport of this.#core.transports) transport.renew?.(settings);
  }

  async #open(protocol: SipTransport, listen?: ListenAddress): Promise<Transport> {
    const { timers, options } = this.#core;
    const stream = { listen, handlers: this.#server, timers, limits: this.#limits };
    try {
      if (protocol === 'tls') return await openTlsTransport({ ...stream, call: options.tls ?? {} });
      if (protocol === 'udp' && listen !== undefined) return await openUdpTransport(listen, this.#server);
      return await openTcpTransport(stream);
    } catch (cause) {
      if (isHoldfastError(cause)) throw cause;
      const where = `${protocol} ${formatHostPort(listen?.host ?? '', listen?.port)}`;
      const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
      const message = `SIP cannot listen on ${where}${why}; free the address or configure another one.`;
      throw new HoldfastError('unavailable', message, { cause });
    }
  }
}
