import { once } from 'node:events';
import {
  connect,
  constants,
  createSecureServer,
  type ClientHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsAuthority } from './tls-authority.ts';

/** A door before Temporal's frontend that asks for TLS, a certificate of ours, and notes what callers show. */
export interface TemporalFront {
  /** host:port. */
  readonly address: string;
  /** Of each request: the common name of the certificate and the `authorization` header. */
  readonly seen: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Opens it on the loopback. Whoever has no certificate of this authority is turned away by TLS itself. */
export async function openTemporalFront(target: string, authority: TlsAuthority): Promise<TemporalFront> {
  const { cert, key } = authority.issue('temporal', 'serverAuth');
  const behind: ClientHttp2Session = connect(`http://${target}`);
  const sessions = new Set<{ destroy(): void }>([behind]);
  const seen = new Set<string>();
  const server = createSecureServer({
    cert,
    key,
    ca: authority.ca,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const { CN } = (stream.session?.socket as TLSSocket).getPeerCertificate().subject;
    seen.add(`${String(CN)} ${headers.authorization ?? 'without a key'}`);
    passOn(behind, stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Both directions, with the trailers in which gRPC says how a call ended. */
function passOn(behind: ClientHttp2Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const { ':authority': _host, ...rest } = headers;
  const request = behind.request({ ...rest, ':scheme': 'http' });
  const giveUp = (): void => {
    request.close(constants.NGHTTP2_CANCEL);
    stream.close(constants.NGHTTP2_CANCEL);
  };
  request.on('error', giveUp);
  stream.on('error', giveUp);
  stream.on('aborted', giveUp);
  let trailers: IncomingHttpHeaders = {};
  request.on('trailers', (given: IncomingHttpHeaders) => {
    trailers = given;
  });
  request.on('response', (given) => {
    stream.respond(given, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers(trailers);
    });
    request.pipe(stream);
  });
  stream.pipe(request);
}
