import { context, propagation, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

/** Tracing of one process; `exporter` is undefined where no trace is sent. */
export interface Tracing {
  readonly resource: Resource;
  readonly exporter: SpanExporter | undefined;
  /** Sends what is pending and ends. */
  close(): Promise<void>;
}

/**
 * Starts tracing for a role. Spans carry ids and codes only. With no address
 * and no exporter the context still travels, so that another process's trace
 * is not cut here.
 */
export function startTracing(
  role: string,
  options: { readonly url?: string; readonly exporter?: SpanExporter },
): Tracing {
  const resource = new Resource({ 'service.name': `holdfast-${role}`, 'service.namespace': 'holdfast' });
  const exporter =
    options.exporter ?? (options.url === undefined ? undefined : new OTLPTraceExporter({ url: options.url }));
  const provider = new NodeTracerProvider({
    resource,
    spanProcessors: processors(options.exporter, exporter),
  });
  provider.register({ propagator: new W3CTraceContextPropagator() });
  return { resource, exporter, close: () => provider.shutdown() };
}

function processors(direct: SpanExporter | undefined, exporter: SpanExporter | undefined) {
  if (exporter === undefined) return [];
  return [direct === undefined ? new BatchSpanProcessor(exporter) : new SimpleSpanProcessor(exporter)];
}

/** Runs `work` inside a span; an error marks the span and goes on. */
export async function inSpan<T>(
  name: string,
  attributes: Record<string, string | number>,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return trace.getTracer('holdfast').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as { code?: string }).code ?? 'error' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The running trace as W3C headers, to be stored beside a message and taken up later. */
export function carryTrace(): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** Takes up a stored trace around `work`. */
export function resumeTrace<T>(
  carrier: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  return context.with(propagation.extract(context.active(), carrier), work);
}
