import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Config } from '../config/settings.ts';
import { keepConnections } from './keep-connections.ts';

/** How often it is looked whether a renewed certificate lies there. */
const LOOKED_EVERY_MS = 60_000;

type ServerSettings = Pick<Config, 'httpsCertificate' | 'httpsKey' | 'httpsClientCa'>;

/**
 * The hub's server: HTTPS where a certificate is configured, otherwise HTTP for the loopback or a proxy before it. With authorities
 * for clients it asks for a certificate and lets everybody in without one; whom one stands for is found out by request. A renewed
 * certificate is taken within a minute; one that cannot be read leaves the one before in place.
 * @throws HoldfastError `config_invalid` where the files cannot be used.
 */
export function createHubServer(app: RequestListener, config: ServerSettings): Server {
  const files = filesOf(config);
  if (files === undefined) return keepConnections(createServer(app));
  const server = createSecureServer(
    {
      ...readContext(files),
      minVersion: 'TLSv1.2',
      requestCert: files.ca !== undefined,
      rejectUnauthorized: false,
    },
    app,
  );
  const renew = (): void => {
    try {
      server.setSecureContext({ ...readContext(files), minVersion: 'TLSv1.2' });
    } catch {
      // Half of a pair was written; the next look finds both.
    }
  };
  watchFile(files.cert, { interval: LOOKED_EVERY_MS, persistent: false }, renew);
  server.once('close', () => {
    unwatchFile(files.cert, renew);
  });
  return keepConnections(server);
}

interface Files {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}

function filesOf({
  httpsCertificate: cert,
  httpsKey: key,
  httpsClientCa: ca,
}: ServerSettings): Files | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key, ca };
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  throw new HoldfastError(
    'config_invalid',
    'To serve HTTPS the hub needs httpsCertificate and httpsKey; httpsClientCa counts together with both.',
    { field: cert === undefined ? 'httpsCertificate' : 'httpsKey' },
  );
}

function readContext({ cert, key, ca }: Files): SecureContextOptions {
  try {
    const options = {
      cert: readFileSync(cert),
      key: readFileSync(key),
      ...(ca === undefined ? {} : { ca: readFileSync(ca) }),
    };
    createSecureContext(options);
    return options;
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      'The certificate for HTTPS, its key or the authorities of clients cannot be read, or do not belong together. They are PEM files.',
      { cause, field: 'httpsCertificate' },
    );
  }
}
