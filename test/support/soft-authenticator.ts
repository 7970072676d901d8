/** A passkey made of Node's own crypto: it answers as an authenticator and a browser would, and lies where a test wants it to. */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** What is told differently from the truth. */
export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  /** By default user present and verified. */
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string;
  readonly credentialId?: Buffer;
  /** Changes the signature's last byte. */
  readonly forged?: boolean;
}

/** Options as the hub gives them, of which these are looked at. */
export interface Asked {
  readonly challenge: string;
  readonly rpId?: string;
  readonly rp?: { readonly id?: string };
  readonly user?: { readonly id: string };
}

/** One passkey. */
export interface SoftPasskey {
  readonly credentialId: Buffer;
  /** Signatures so far; a test may set it back. */
  counter: number;
  create(options: unknown, lies?: Lies): Record<string, unknown>;
  get(options: unknown, lies?: Lies): Record<string, unknown>;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/** Makes a passkey of a page; its answers are in the JSON form of WebAuthn level 3. */
export function makeSoftPasskey(origin: string, kind: 'P-256' | 'Ed25519' = 'P-256'): SoftPasskey {
  const { publicKey, privateKey } =
    kind === 'P-256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  let userHandle = '';
  const passkey: SoftPasskey = {
    credentialId: randomBytes(32),
    counter: 0,
    create(options, lies = {}) {
      const asked = options as Asked;
      userHandle = asked.user?.id ?? '';
      const id = lies.credentialId ?? passkey.credentialId;
      const attested = Buffer.concat([
        Buffer.alloc(16),
        Buffer.of(id.length >> 8, id.length & 0xff),
        id,
        coseOf(publicKey),
      ]);
      const data = authData(asked.rp?.id ?? '', passkey.counter, PRESENT | VERIFIED | HAS_CREDENTIAL, lies);
      const attestationObject = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(Buffer.concat([data, attested]))],
      ]);
      return answer(id, {
        clientDataJSON: clientData('webauthn.create', origin, asked, lies).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      });
    },
    get(options, lies = {}) {
      const asked = options as Asked;
      passkey.counter += 1;
      const client = clientData('webauthn.get', origin, asked, lies);
      const data = authData(asked.rpId ?? '', passkey.counter, PRESENT | VERIFIED, lies);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      const signature = sign(kind === 'P-256' ? 'sha256' : null, signed, privateKey);
      if (lies.forged === true)
        signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1);
      return answer(lies.credentialId ?? passkey.credentialId, {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: lies.userHandle ?? userHandle,
      });
    },
  };
  return passkey;
}

function answer(id: Buffer, response: Record<string, unknown>): Record<string, unknown> {
  const name = id.toString('base64url');
  return { id: name, rawId: name, type: 'public-key', response, clientExtensionResults: {} };
}

function clientData(type: string, origin: string, asked: Asked, lies: Lies): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: lies.type ?? type,
      challenge: lies.challenge ?? asked.challenge,
      origin: lies.origin ?? origin,
      crossOrigin: lies.crossOrigin ?? false,
    }),
  );
}

function authData(rpId: string, counter: number, flags: number, lies: Lies): Buffer {
  const counted = Buffer.alloc(4);
  counted.writeUInt32BE(lies.counter ?? counter);
  const rpHash = createHash('sha256')
    .update(lies.rpId ?? rpId)
    .digest();
  return Buffer.concat([rpHash, Buffer.of(lies.flags ?? flags), counted]);
}

/** A public key in COSE (RFC 9053). */
function coseOf(key: KeyObject): Buffer {
  const { kty, x, y } = key.export({ format: 'jwk' });
  const point = (value: string | undefined) => cborBytes(Buffer.from(value ?? '', 'base64url'));
  return kty === 'EC'
    ? cborMap([
        [cborInt(1), cborInt(2)],
        [cborInt(3), cborInt(-7)],
        [cborInt(-1), cborInt(1)],
        [cborInt(-2), point(x)],
        [cborInt(-3), point(y)],
      ])
    : cborMap([
        [cborInt(1), cborInt(1)],
        [cborInt(3), cborInt(-8)],
        [cborInt(-1), cborInt(6)],
        [cborInt(-2), point(x)],
      ]);
}

function cborInt(value: number): Buffer {
  return value >= 0 ? Buffer.of(value) : Buffer.of(0x20 | (-1 - value));
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.of(0x60 | text.length), Buffer.from(text)]);
}

function cborBytes(bytes: Buffer): Buffer {
  const { length } = bytes; // in its shortest form, as authenticators must (CTAP 2, canonical CBOR)
  if (length < 256) return Buffer.concat([Buffer.of(0x58, length), bytes]);
  return Buffer.concat([Buffer.of(0x59, length >> 8, length & 0xff), bytes]);
}

function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([Buffer.of(0xa0 | entries.length), ...entries.flat()]);
}
