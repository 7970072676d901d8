import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { lengthPrefixed } from '../../../recorder-core/vault/length-prefixed.ts';
import { openBox, sealBox } from '../../../recorder-core/vault/sealed-box.ts';
import { keyFor, type ProofSettings } from './proof-settings.ts';

const PERIOD_SECONDS = 30;
/** As long as the output of HMAC-SHA-1 (RFC 4226, section 4, R6). */
const SECRET_BYTES = 20;
/** Codes of one step before and after count as well: clocks differ, and people type (RFC 6238, section 5.2). */
const WINDOW = 1;

/** Whose secret it is: it opens for nobody else. */
export interface TotpPlace {
  readonly tenantId: string;
  readonly userId: string;
}

/** A new shared secret of an authenticator that shows codes. */
export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** Encrypts a shared secret for its column. */
export function sealTotp(settings: ProofSettings, place: TotpPlace, secret: Buffer): Buffer {
  return sealBox(keyFor(settings, 'codes'), secret, contextOf(place), randomBytes);
}

/** Opens what `sealTotp` made. @throws HoldfastError `integrity_failed`. */
export function openTotp(settings: ProofSettings, place: TotpPlace, sealed: Buffer): Buffer {
  return openBox(keyFor(settings, 'codes'), sealed, contextOf(place));
}

/** What an authenticator app is told: the secret to type, and the same as an address that it opens or scans. */
export function describeTotp(
  secret: Buffer,
  { account, tenant }: { readonly account: string; readonly tenant: string },
): { readonly secret: string; readonly uri: string } {
  const issuer = `Holdfast ${tenant}`.replaceAll(':', ' ');
  const totp = totpOf(secret, { issuer, label: account.replaceAll(':', ' ') });
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** Step (RFC 6238, T) of a code that is right at a time; undefined for a wrong one. */
export function stepOfCode(secret: Buffer, code: string, now: Date): number | undefined {
  const delta = totpOf(secret).validate({ token: code, timestamp: now.getTime(), window: WINDOW });
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / PERIOD_SECONDS) + delta;
}

/** The same, for adding: @throws HoldfastError `invalid_input` for a wrong code. */
export function requireStep(secret: Buffer, code: string, now: Date): number {
  const step = stepOfCode(secret, code, now);
  if (step !== undefined) return step;
  throw new HoldfastError(
    'invalid_input',
    'This code is not the one that the authenticator shows now. Nothing was added: check the clock of the device, and begin anew.',
    { field: '/body/code' },
  );
}

function totpOf(secret: Buffer, labels: { readonly issuer?: string; readonly label?: string } = {}): TOTP {
  const buffer = secret.buffer.slice(secret.byteOffset, secret.byteOffset + secret.length) as ArrayBuffer;
  return new TOTP({
    ...labels,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
    secret: new Secret({ buffer }),
  });
}

function contextOf({ tenantId, userId }: TotpPlace): Buffer {
  return lengthPrefixed('holdfast/totp/v1', [
    ['tenant', tenantId],
    ['user', userId],
  ]);
}
