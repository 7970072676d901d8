import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { UserAgent, UserAgentOptions, InviteOptions } from './contract.ts';
import { Core } from './core.ts';
import type { ListenAddress, Transport } from './flow.ts';
import { placeCall, type AnsweredCall } from './outgoing-invite.ts';
import { RequestServer } from './request-server.ts';
import { openTcpTransport } from './transport-tcp.ts';
import { openUdpTransport } from './transport-udp.ts';
import { formatHostPort } from './uri.ts';

export type * from './contract.ts';
export type { ListenAddress, SipSource } from './flow.ts';
export type { SipTimers } from './timers.ts';

/** Makes a user agent; nothing is bound before `start`. */
export function createUserAgent(options: UserAgentOptions): UserAgent {
  return new SipUserAgent(options);
}

class SipUserAgent implements UserAgent {
  readonly #core: Core;
  readonly #server: RequestServer;
  #closing: Promise<void> | undefined;

  constructor(options: UserAgentOptions) {
    this.#core = new Core(options, options.random ?? randomBytes);
    this.#server = new RequestServer(this.#core);
  }

  async start(): Promise<ListenAddress[]> {
    const { listen } = this.#core.options;
    const opened = await Promise.allSettled(listen.map((address) => this.#open(address)));
    const transports = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = opened.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(transports.map((transport) => transport.close()));
      throw failed.reason;
    }
    const addresses = transports.map((transport) => transport.local);
    // A caller without a TCP listener can still call out over TCP.
    if (!listen.some((address) => address.transport === 'tcp')) transports.push(await this.#open(undefined));
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

  async #open(listen: ListenAddress | undefined): Promise<Transport> {
    try {
      if (listen?.transport === 'udp') return await openUdpTransport(listen, this.#server);
      const messageDeadline = this.#core.timers.streamMessage;
      return await openTcpTransport({ listen, handlers: this.#server, messageDeadline });
    } catch (cause) {
      const where = `${listen?.transport ?? 'tcp'} ${formatHostPort(listen?.host ?? '', listen?.port)}`;
      const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
      const message = `SIP cannot listen on ${where}${why}; free the address or configure another one.`;
      throw new HoldfastError('unavailable', message, { cause });
    }
  }
}
