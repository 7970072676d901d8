import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import type { Metrics } from '../observability/metrics.ts';

/** A span and a timing for each request, named by the route and never by the path itself, which holds ids. */
export function observeRequests(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const parent = propagation.extract(context.active(), request.headers);
    const span = trace
      .getTracer('holdfast')
      .startSpan(`${request.method} api`, { kind: SpanKind.SERVER }, parent);
    response.once('close', () => {
      const route = routeOf(request.route) ?? 'unmatched';
      const status = String(response.statusCode);
      span.updateName(`${request.method} ${route}`);
      span.setAttributes({ 'http.route': route, 'http.response.status_code': response.statusCode });
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      if (response.getHeader('Content-Type')?.toString().startsWith('text/event-stream') === true) return; // open as long as a console is
      metrics.httpSeconds.observe(
        { method: request.method, route, status },
        (performance.now() - started) / 1000,
      );
    });
    context.with(trace.setSpan(parent, span), next);
  };
}

function routeOf(route: unknown): string | undefined {
  const path = typeof route === 'object' && route !== null && 'path' in route ? route.path : undefined;
  return typeof path === 'string' ? path : undefined;
}
