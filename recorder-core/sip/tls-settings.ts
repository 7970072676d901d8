import { createSecureContext, type SecureContext } from 'node:tls';
import { HoldfastError } from '../errors.ts';

/** The versions of TLS that may be asked for as the lowest; anything older is broken (RFC 8996). */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** Key and certificate in PEM, the certificate with its chain behind it. */
export interface TlsIdentity {
  readonly key: string | Buffer;
  readonly cert: string | Buffer;
}

/** How a TLS address is served (RFC 3261 section 26.2.1). */
export interface TlsListenSettings extends TlsIdentity {
  /** Authorities, in PEM, that may vouch for client certificates; the system's own when absent. */
  readonly ca?: string | Buffer;
  /** Default 1.3. */
  readonly minVersion?: TlsVersion;
  /**
   * `none`, the default, asks for no certificate; `request` takes any, and `SipSource.tls` says whether an authority
   * vouches for it; `require` refuses the handshake without one that is vouched for.
   */
  readonly clientCertificate?: 'none' | 'request' | 'require';
}

/** How we call out over TLS. */
export interface TlsCallSettings extends Partial<TlsIdentity> {
  /** Authorities, in PEM, that may vouch for servers; the system's own when absent. */
  readonly ca?: string | Buffer;
  /** Default 1.3. */
  readonly minVersion?: TlsVersion;
  /** Default true. False accepts every server and so protects against listeners only, not against impostors. */
  readonly rejectUnauthorized?: boolean;
}

/** The lowest version unless the settings say otherwise. */
export const DEFAULT_TLS_VERSION: TlsVersion = 'TLSv1.3';

/**
 * Key, certificate and authorities made ready for use; throws `config_invalid`, without a word of the key, when they cannot
 * be read or do not belong together.
 */
export function secureContextOf(settings: TlsListenSettings | TlsCallSettings): SecureContext {
  const { key, cert, ca, minVersion = DEFAULT_TLS_VERSION } = settings;
  try {
    return createSecureContext({
      minVersion,
      ...(key === undefined ? {} : { key }),
      ...(cert === undefined ? {} : { cert }),
      ...(ca === undefined ? {} : { ca }),
    });
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      'The TLS key and certificate for SIP cannot be used; give both in PEM and make sure that they belong together.',
      { cause },
    );
  }
}
