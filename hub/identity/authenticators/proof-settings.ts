import { hkdfSync } from 'node:crypto';

/** To whom passkeys belong (WebAuthn level 3, relying party): one domain, and the pages that may ask for them. */
export interface RelyingParty {
  readonly id: string;
  readonly origins: readonly string[];
}

/** What proofs of presence are made and checked with; the same in all processes of an installation. */
export interface ProofSettings {
  /** Undefined where the console is reached by an address that can have no passkeys. */
  readonly relyingParty: RelyingParty | undefined;
  /** 32 bytes, of the installation; see `keyFor`. */
  readonly secret: Buffer;
}

/**
 * The relying party of a console. On the machine itself it is `localhost`, because a passkey belongs to a name and not to an
 * address; under any other address that is none, there are no passkeys, and codes of an authenticator do instead.
 */
export function relyingPartyOf(consoleUrl: string): RelyingParty | undefined {
  const { protocol, hostname, port, origin } = new URL(consoleUrl);
  if (['127.0.0.1', '[::1]', '0.0.0.0', '[::]', 'localhost'].includes(hostname))
    return { id: 'localhost', origins: [`${protocol}//localhost${port === '' ? '' : `:${port}`}`] };
  if (hostname.startsWith('[') || /^[\d.]+$/.test(hostname)) return undefined;
  return { id: hostname, origins: [origin] };
}

/** A key for one use, so that no two uses share one. */
export function keyFor({ secret }: ProofSettings, use: 'codes' | 'sign-in'): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `holdfast/presence/${use}/v1`, 32));
}
