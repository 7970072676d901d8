import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { CertifiedKey } from './saml-identity-provider.ts';

/** What a logout request says; what is left out is as a good one has it. */
export interface AskedLogout {
  readonly issuer: string;
  readonly destination: string;
  readonly key: CertifiedKey;
  readonly id?: string;
  readonly subject?: string | null;
  readonly sids?: readonly string[];
  readonly at?: Date;
  readonly notOnOrAfter?: Date;
  readonly relayState?: string;
  readonly algorithm?: string;
  readonly element?: string;
  readonly version?: string;
  /** Instead of what is written from all this. */
  readonly packed?: string;
}

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
let made = 0;

/** The query by which a provider sends a browser to end sessions, signed as the redirect binding has it. */
export function askLogout(asked: AskedLogout): string {
  const packed = asked.packed ?? deflateRawSync(Buffer.from(writeLogout(asked))).toString('base64');
  const pairs: [string, string][] = [['SAMLRequest', packed]];
  if (asked.relayState !== undefined) pairs.push(['RelayState', asked.relayState]);
  pairs.push(['SigAlg', asked.algorithm ?? RSA_SHA256]);
  const signed = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const hash = /sha\d+$/.exec(asked.algorithm ?? RSA_SHA256)?.[0] ?? 'sha256';
  const signature = sign(hash, Buffer.from(signed), asked.key.privateKey).toString('base64');
  return `${signed}&Signature=${encodeURIComponent(signature)}`;
}

function writeLogout({ issuer, destination, subject = 'person-1', sids = [], ...rest }: AskedLogout): string {
  const {
    id = `_logout${(made += 1)}`,
    at = new Date(),
    notOnOrAfter,
    element = 'LogoutRequest',
    version = '2.0',
  } = rest;
  const end = notOnOrAfter === undefined ? '' : ` NotOnOrAfter="${notOnOrAfter.toISOString()}"`;
  const name = subject === null ? '' : `<saml:NameID>${subject}</saml:NameID>`;
  return (
    `<samlp:${element} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="${version}" IssueInstant="${at.toISOString()}" Destination="${destination}"${end}>` +
    `<saml:Issuer>${issuer}</saml:Issuer>${name}${sids.map((sid) => `<samlp:SessionIndex>${sid}</samlp:SessionIndex>`).join('')}</samlp:${element}>`
  );
}
