import type { AddressInfo } from 'node:net';
import type { Logger } from '../observability/logger.ts';
import { TrustedLogs } from './trusted-logs.ts';
import { makeWitnessServer } from './witness-server.ts';
import { WitnessState } from './witness-state.ts';

/** Where a witness keeps its state, listens, and finds the logs it serves. */
export interface WitnessOptions {
  readonly state: string;
  readonly host: string;
  readonly port: number;
  /** A trust file; its logs are those that are served. */
  readonly trustLogs: string;
  readonly log: Logger;
}

/** A witness that answers. */
export interface RunningWitness {
  readonly url: string;
  readonly verifierKey: string;
  /** Answers what is in hand and takes nothing more. */
  stop(): Promise<void>;
}

/** Starts a witness on an existing state folder. @throws as WitnessState.open and TrustedLogs.open; the socket's errors. */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { log } = options;
  const state = await WitnessState.open(options.state);
  const logs = await TrustedLogs.open(options.trustLogs, (error) => {
    log.warn({ error }, 'the trust file cannot be used; the one before stays in force');
  });
  const server = makeWitnessServer({ state, logs, log, now: () => new Date() });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}/`,
    verifierKey: state.verifierKey,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
