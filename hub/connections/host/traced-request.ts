import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { HttpRequest } from '../../../connectors/kit/http.ts';
import { isRemoteFailure } from '../../../connectors/kit/remote-error.ts';

/** Whose request it is. */
export interface RequestOf {
  readonly connectorId: string;
  readonly connectionId: string;
}

/**
 * One span per request. It names the peer and the outcome, never the path, which may name a person. Throws what the work throws.
 */
export async function tracedRequest<T>(
  { connectorId, connectionId }: RequestOf,
  request: HttpRequest,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const server = URL.canParse(request.url) ? new URL(request.url).hostname : 'invalid';
  const attributes = {
    'http.request.method': request.method,
    'server.address': server,
    'holdfast.connector.id': connectorId,
    'holdfast.connection.id': connectionId,
  };
  const tracer = trace.getTracer('holdfast.connections');
  const name = `connector ${request.method}`;
  return tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setAttribute('error.type', isRemoteFailure(error) ? error.remoteError.class : 'internal');
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
