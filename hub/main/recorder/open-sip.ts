import { randomBytes } from 'node:crypto';
import type { Recorder } from '../../../recorder-core/capture/recorder.ts';
import {
  createUserAgent,
  type ListenAddress,
  type TlsListenSettings,
  type UserAgent,
} from '../../../recorder-core/sip/user-agent.ts';
import { ACCEPTED_TYPES } from '../../../recorder-core/siprec/offer-refused.ts';
import { readNamedFile } from '../../config/read-recorder-file.ts';
import { sipAddresses } from '../../config/recorder-addresses.ts';
import type { RecorderFile } from '../../config/recorder-file.ts';
import type { Resources } from '../open-resources.ts';
import { VERSION } from '../version.ts';
import type { Sources } from './open-sources.ts';

/** The user agent of the recorder on all its addresses. @throws HoldfastError `config_invalid` for keys that cannot be read. */
export function openSip(
  { config, metrics }: Resources,
  file: RecorderFile,
  sources: Sources,
  recorder: Recorder,
): UserAgent {
  const tls = tlsOf(file.tls);
  const listen = sipAddresses(config, file).map(
    ({ transport, host, port, advertisedHost }): ListenAddress => ({
      transport,
      host,
      port,
      ...(advertisedHost === undefined ? {} : { advertisedHost }),
      ...(transport === 'tls' && tls !== undefined ? { tls } : {}),
    }),
  );
  return createUserAgent({
    listen,
    contactParams: ';+sip.srs',
    supported: ['siprec'],
    optionsHeaders: { Accept: ACCEPTED_TYPES },
    serverName: `Holdfast/${VERSION}`,
    sessionTimer: { expires: file.sessionTimer.preferred, minimum: file.sessionTimer.minimum },
    // Strangers learn nothing, not even that there is no room.
    admit: (request, source) => sources.admit(request, source) ?? recorder.admit(),
    admitMoved: (request, source) => sources.admit(request, source),
    onInvite: (invite) => {
      recorder.handleInvite(invite);
    },
    onEvent: (event) => {
      metrics.sipEvents.inc({ event: event.type });
    },
    random: randomBytes,
  });
}

/** What TLS listens with, read from its files as they stand now. @throws HoldfastError `config_invalid`. */
export function tlsOf(tls: RecorderFile['tls']): TlsListenSettings | undefined {
  if (tls === undefined) return undefined;
  return {
    key: readNamedFile(tls.key, 'tls.key'),
    cert: readNamedFile(tls.certificate, 'tls.certificate'),
    ...(tls.authorities === undefined ? {} : { ca: readNamedFile(tls.authorities, 'tls.authorities') }),
    minVersion: `TLSv${tls.minimumVersion}`,
    clientCertificate: tls.clientCertificates,
  };
}
