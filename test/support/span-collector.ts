import { createServer } from 'node:http';
import { z } from 'zod';
import { closeServer } from '../../hub/main/role-server.ts';

const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string(), value: z.looseObject({}) })) }),
      scopeSpans: z.array(
        z.object({ spans: z.array(z.looseObject({ traceId: z.string(), name: z.string() })) }),
      ),
    }),
  ),
});

/** A span as it arrived: whose, in which trace, and everything said of it as text. */
export interface CollectedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly name: string;
  readonly text: string;
}

/** Takes traces over OTLP/HTTP in JSON, as any collector does. */
export async function startSpanCollector(): Promise<{
  url: string;
  spans: CollectedSpan[];
  stop(): Promise<void>;
}> {
  const spans: CollectedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      spans.push(...readSpans(Buffer.concat(chunks).toString()));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/v1/traces`, spans, stop: () => closeServer(server) };
}

function readSpans(body: string): CollectedSpan[] {
  return exported.parse(JSON.parse(body)).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value['stringValue'];
    return scopeSpans
      .flatMap((scope) => scope.spans)
      .map((span) => ({
        service: String(service),
        traceId: span.traceId,
        name: span.name,
        text: JSON.stringify(span),
      }));
  });
}
