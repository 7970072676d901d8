import { X509Certificate } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { parseCosignerKey, type CosignerKey } from '../../recorder-core/ledger/cosignature.ts';

/** A witness that is asked for cosignatures. */
export interface WitnessTarget {
  readonly key: CosignerKey;
  /** The prefix below which `add-checkpoint` lies, with a slash at its end. */
  readonly url: string;
}

/** Which outsiders vouch for the log. */
export interface AnchorConfig {
  readonly witnesses: readonly WitnessTarget[];
  /** Witnesses whose cosignature a checkpoint needs to count as published. */
  readonly quorum: number;
  /** Addresses of RFC 3161 authorities. */
  readonly timeStampUrls: readonly string[];
  /** Certificates the answers must lead to, in PEM. */
  readonly authorities: readonly string[];
}

/** The settings as they are written. */
export interface AnchorSettings {
  /** Each a witness's key, a space, and its address. */
  readonly witnesses?: readonly string[] | undefined;
  readonly witnessQuorum?: number | undefined;
  readonly timeStampUrls?: readonly string[] | undefined;
}

/**
 * Puts settings and the text of the authorities' certificate file together.
 * @throws config_invalid naming the setting: a witness without key or address, one key twice, a quorum that cannot be
 * reached, authorities without certificates.
 */
export function readAnchorConfig(settings: AnchorSettings, certificates: string): AnchorConfig {
  const witnesses = (settings.witnesses ?? []).map(readWitness);
  if (new Set(witnesses.map(({ key }) => key.raw.toString('hex'))).size !== witnesses.length)
    throw wrong('witnesses', 'one key stands there twice');
  const majority = witnesses.length === 0 ? 0 : Math.floor(witnesses.length / 2) + 1;
  const quorum = settings.witnessQuorum ?? majority;
  if (quorum > witnesses.length) throw wrong('witnessQuorum', `there are ${witnesses.length} witnesses only`);
  const authorities = readCertificates(certificates);
  const timeStampUrls = (settings.timeStampUrls ?? []).map((url) => requireUrl(url, 'timeStampUrls'));
  if (timeStampUrls.length > 0 && authorities.length === 0)
    throw wrong(
      'timeStampCertificates',
      'time stamps cannot be checked without the certificates of their authorities',
    );
  return { witnesses, quorum, timeStampUrls, authorities };
}

function readWitness(entry: string): WitnessTarget {
  const [key = '', url = '', ...more] = entry.trim().split(/\s+/);
  if (more.length > 0) throw wrong('witnesses', 'a witness is its key, a space and its address');
  const address = requireUrl(url, 'witnesses');
  try {
    return { key: parseCosignerKey(key), url: address.endsWith('/') ? address : `${address}/` };
  } catch (cause) {
    throw wrong('witnesses', 'a key is not that of a witness', cause);
  }
}

function requireUrl(text: string, setting: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.search !== '')
    throw wrong(setting, 'an address is not an http or https URL without user and query');
  return url.href;
}

function readCertificates(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((pem) => new X509Certificate(pem).toString());
  } catch (cause) {
    throw wrong('timeStampCertificates', 'a certificate in the file cannot be read', cause);
  }
}

function wrong(setting: string, reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'config_invalid',
    `The setting ${setting} cannot be used: ${reason}. docs/witness.md shows how witnesses and authorities are named.`,
    { field: setting, cause },
  );
}
