/** A connector host whose log, spans and clock a test can see. */
import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { createConnectorHost, type ConnectorHost } from '../../../hub/connections/host/connector-host.ts';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
// Spans are collected per test process; a subject sees those of its own connection and of its lifetime.
trace.setGlobalTracerProvider(provider);

/** The host and what it was seen doing. */
export interface ObservedHost {
  readonly host: ConnectorHost;
  /** All log lines and spans so far, as text. */
  seen(): string;
}

/** Waiting passes at once: the clock jumps instead. */
export function observedHost(timeoutMs = 20_000): ObservedHost {
  const lines: string[] = [];
  let skippedMs = 0;
  const host = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    log: (level, message, fields) => void lines.push(JSON.stringify({ level, message, ...fields })),
    clock: {
      now: () => Date.now() + skippedMs,
      wait: (ms) => {
        skippedMs += ms;
        return Promise.resolve();
      },
    },
    timeoutMs,
  });
  return {
    host,
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
