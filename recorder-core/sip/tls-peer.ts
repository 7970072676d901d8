import type { TLSSocket } from 'node:tls';

/** What the handshake told about the peer of a TLS connection. */
export interface TlsPeer {
  /** `TLSv1.3` or `TLSv1.2`. */
  readonly protocol: string;
  /** In OpenSSL's or the RFC's name: `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** True when an authority of ours vouches for the certificate of the peer; false also when it showed none. */
  readonly authorized: boolean;
  /** SHA-256 of the certificate, upper-case hex with colons; absent when the peer showed none. */
  readonly fingerprint256?: string;
  /** Host names, URIs and addresses of the certificate, lower-case; worth something only when `authorized`. */
  readonly names: readonly string[];
}

/** Reads the peer's side of a finished handshake. Never throws. */
export function tlsPeerOf(socket: TLSSocket): TlsPeer {
  const certificate = socket.getPeerX509Certificate();
  const facts = {
    protocol: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().standardName,
    authorized: socket.authorized,
  };
  if (certificate === undefined) return { ...facts, names: [] };
  const { fingerprint256, subject } = certificate;
  return { ...facts, fingerprint256, names: namesOf(certificate.subjectAltName, subject) };
}

/**
 * The names a certificate stands for: its subjectAltName, or the common name when it has none of those (RFC 5922 section
 * 7.1). Takes Node's way of writing them, where a name with odd characters is quoted as JSON so that it cannot pass for
 * two; such names are left out. Never throws.
 */
export function namesOf(subjectAltName: string | undefined, subject: string | undefined): string[] {
  const alternatives = (subjectAltName ?? '').split(', ').flatMap((entry) => {
    const [, name] = /^(?:DNS|URI|IP Address):([^"\s]+)$/.exec(entry) ?? [];
    return name === undefined ? [] : [name.toLowerCase()];
  });
  if (subjectAltName !== undefined) return alternatives;
  const common = (subject ?? '').split('\n').find((line) => line.startsWith('CN='));
  return common === undefined ? [] : [common.slice(3).toLowerCase()];
}
