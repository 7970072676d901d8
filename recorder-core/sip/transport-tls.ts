import { isIP, type Socket } from 'node:net';
import { connect, createServer, type SecureContextOptions, type Server } from 'node:tls';
import { HoldfastError } from '../errors.ts';
import { plainAddress, type ListenAddress, type SipSource, type Transport } from './flow.ts';
import { after } from './timers.ts';
import {
  DEFAULT_TLS_VERSION,
  secureContextOf,
  type TlsCallSettings,
  type TlsListenSettings,
} from './tls-settings.ts';
import { openStreamTransport, type StreamSockets, type StreamTransportOptions } from './transport-stream.ts';

/** What TLS needs beyond a stream. */
export interface TlsTransportOptions extends StreamTransportOptions {
  /** For connections that we open. */
  readonly call: TlsCallSettings;
}

/**
 * Opens a TLS transport (RFC 3261 section 26.2.1, RFC 5922). Rejects with `config_invalid` for an unusable certificate,
 * and when the address cannot be bound. A handshake has `timers.streamMessage` in all, however its bytes are spread.
 */
export async function openTlsTransport(options: TlsTransportOptions): Promise<Transport> {
  const { listen } = options;
  const settings = listen?.tls;
  if (listen !== undefined && settings === undefined) throw withoutCertificate(listen);
  const server = settings === undefined ? undefined : acceptor(settings);
  // Read once, so that an unusable certificate stops the start and not the first call.
  const secureContext = secureContextOf(options.call);
  const transport = await openStreamTransport(options, (ready) => ({
    protocol: 'tls',
    accept: acceptOver(server, options, ready),
    connect: (address, port, serverName) =>
      connect({
        host: address,
        port,
        secureContext,
        rejectUnauthorized: options.call.rejectUnauthorized ?? true,
        // An address is checked against the certificate as the host; SNI takes names only (RFC 6066 section 3).
        ...(serverName === undefined || isIP(serverName) !== 0 ? {} : { servername: serverName }),
      }),
  }));
  return Object.assign(transport, {
    renew(renewed: TlsListenSettings) {
      secureContextOf(renewed);
      server?.setSecureContext(contextOptions(renewed));
    },
  });
}

function acceptor(settings: TlsListenSettings): Server {
  secureContextOf(settings);
  const { clientCertificate = 'none' } = settings;
  return createServer({
    ...contextOptions(settings),
    requestCert: clientCertificate !== 'none',
    rejectUnauthorized: clientCertificate === 'require',
    handshakeTimeout: 0,
  });
}

/** Handshakes of accepted sockets: whoever does not finish one in time, or below the minimum, is cut. */
function acceptOver(
  server: Server | undefined,
  { handlers, timers }: TlsTransportOptions,
  ready: (socket: Socket) => void,
): StreamSockets['accept'] {
  const deadlines = new Map<string, () => void>();
  const done = (key: string): boolean => {
    deadlines.get(key)?.();
    return deadlines.delete(key);
  };
  server?.on('secureConnection', (socket) => {
    done(keyOf(socket));
    ready(socket);
  });
  server?.on('tlsClientError', (error, socket) => {
    // A handshake that was cut for its time has been reported as such.
    if (done(keyOf(socket))) handlers.onError(error, sourceOf(socket));
    socket.destroy();
  });
  return (socket) => {
    const key = keyOf(socket);
    const source = sourceOf(socket);
    const stop = after(timers.streamMessage, () => {
      done(key);
      handlers.onError(new Error('The peer did not finish the TLS handshake in time.'), source);
      socket.destroy();
    });
    deadlines.set(key, stop);
    socket.once('close', () => {
      done(key);
    });
    // The documented way to give a TLS server a socket that somebody else accepted.
    server?.emit('connection', socket);
  };
}

function contextOptions(settings: TlsListenSettings): SecureContextOptions {
  const { key, cert, ca, minVersion = DEFAULT_TLS_VERSION } = settings;
  return { key, cert, minVersion, ...(ca === undefined ? {} : { ca }) };
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${String(remotePort ?? 0)}`;
}

function sourceOf({ remoteAddress, remotePort }: Socket): SipSource {
  return { transport: 'tls', address: plainAddress(remoteAddress ?? ''), port: remotePort ?? 0 };
}

function withoutCertificate({ host, port }: ListenAddress): HoldfastError {
  return new HoldfastError(
    'config_invalid',
    `SIP cannot listen for TLS on ${host} port ${String(port)} without key and certificate; give both in PEM.`,
  );
}
