import type { MediaDescription, SdpAttribute, SessionDescription } from '../sip/sdp.ts';

/** How a media line offers to be protected. */
export interface OfferedSecurity {
  /** True for a secured profile, or a plain one with keys of its own (RFC 8643: the answer may take or leave them). */
  readonly secured: boolean;
  /** The values of the `a=crypto` lines in the source's order of preference (RFC 4568); secret. */
  readonly crypto: readonly string[];
  /** The certificate fingerprint of a DTLS-SRTP offer (RFC 5763), and who is to be the DTLS client. */
  readonly fingerprint?: string;
  readonly setup?: string;
}

/** The tag and suite of an `a=crypto` value. */
export interface CryptoChoice {
  readonly tag: string;
  readonly suite: string;
}

/**
 * Reads keys and fingerprint of a media line. What stands at session level holds for the lines of a
 * secured profile only: a plain line beside them is meant plain. Never throws.
 */
export function readSecurity(sdp: SessionDescription, media: MediaDescription): OfferedSecurity {
  const profile = isSecuredProfile(media.protocol);
  const inherited = profile ? sdp.attributes : [];
  const own = values(media.attributes, 'crypto');
  const crypto = own.length > 0 ? own : values(inherited, 'crypto');
  const fingerprint = values(media.attributes, 'fingerprint')[0] ?? values(inherited, 'fingerprint')[0];
  const setup = values(media.attributes, 'setup')[0] ?? values(inherited, 'setup')[0];
  return {
    secured: profile || crypto.length > 0 || fingerprint !== undefined,
    crypto,
    ...(fingerprint !== undefined && { fingerprint }),
    ...(setup !== undefined && { setup }),
  };
}

/** True for RTP/SAVP, RTP/SAVPF and their DTLS forms: such a line is never answered in the clear. */
export function isSecuredProfile(protocol: string): boolean {
  return /\bSAVPF?$/i.test(protocol);
}

/** Undefined when the value does not begin with a tag and a suite. */
export function readCryptoChoice(value: string): CryptoChoice | undefined {
  const [, tag, suite] = /^(\d{1,9})\s+(\S+)(\s|$)/.exec(value.trim()) ?? [];
  return tag === undefined || suite === undefined ? undefined : { tag, suite: suite.toUpperCase() };
}

function values(attributes: readonly SdpAttribute[], name: string): string[] {
  return attributes.flatMap((item) => (item.name === name && item.value ? [item.value] : []));
}
