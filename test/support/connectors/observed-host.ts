/** A connector host whose log, spans and clock a test can see. */
import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Connector } from '../../../connectors/kit/connector.ts';
import type { ConnectorContext } from '../../../connectors/kit/context.ts';
import type { Outcome } from '../../../connectors/kit/outcome.ts';
import {
  createConnectorHost,
  type ConnectorHost,
  type ConnectorHostOptions,
} from '../../../hub/connections/host/connector-host.ts';
import { runOperation } from '../../../hub/connections/host/run-operation.ts';

const exporter = new InMemorySpanExporter();
// Spans are collected per test process; a subject sees those of its own connection and of its lifetime.
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

/** The host and what it was seen doing. */
export interface ObservedHost {
  readonly host: ConnectorHost;
  /** Plans, executes and reconciles as the host does. */
  run(
    connector: Connector,
    ctx: ConnectorContext,
    operation: string,
    records: readonly unknown[],
  ): Promise<Outcome[]>;
  /** Moves the clock on. */
  skip(ms: number): void;
  /** All log lines and spans so far, as text. */
  seen(): string;
}

/** Waiting passes at once: the clock jumps instead. `more` is what else the host is made of. */
export function observedHost(timeoutMs = 20_000, more: Partial<ConnectorHostOptions> = {}): ObservedHost {
  trace.setGlobalTracerProvider(provider); // once a test file; a second time it changes nothing
  const lines: string[] = [];
  let skippedMs = 0;
  const skip = (ms: number): void => void (skippedMs += ms);
  const host = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    log: (level, message, fields) => void lines.push(JSON.stringify({ level, message, ...fields })),
    clock: {
      now: () => Date.now() + skippedMs,
      wait: (ms) => Promise.resolve(skip(ms)),
    },
    timeoutMs,
    ...more,
  });
  return {
    host,
    skip,
    run: (connector, ctx, operation, records) => runOperation({ connector, ctx, operation, records }),
    seen: () =>
      [
        ...lines,
        ...exporter
          .getFinishedSpans()
          .map(({ name, attributes, events, status }) =>
            JSON.stringify({ name, attributes, events, status }),
          ),
      ].join('\n'),
  };
}
