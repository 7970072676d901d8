import type { LogMetadata } from '@temporalio/common';
import { Runtime, type Logger as SdkLogger, type LogLevel } from '@temporalio/worker';
import type { Logger } from '../observability/logger.ts';

export interface TemporalRuntimeOptions {
  readonly logger: Logger;
  /** host:port where the SDK's own metrics are served for Prometheus; none by default. */
  readonly metricsAddress?: string;
}

/**
 * Sets up the SDK for this process: its log lines join ours, its metrics are
 * served, and signals are left to whoever runs the process. Call it once,
 * before the first worker; a second call throws.
 */
export function installTemporalRuntime({ logger, metricsAddress }: TemporalRuntimeOptions): void {
  Runtime.install({
    logger: toSdkLogger(logger),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metricsAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  });
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The SDK's view of a log of ours. What it attaches are ids, names of types and errors, never payloads. */
export function toSdkLogger(logger: Logger): SdkLogger {
  const log = (level: LogLevel, message: string, meta?: LogMetadata): void => {
    logger[LEVELS[level]]({ ...meta }, message);
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
}
