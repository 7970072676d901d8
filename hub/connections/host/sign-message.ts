import { HoldfastError } from '../../../recorder-core/errors.ts';
import { signatureBy } from '../signing-secret.ts';

/** A secret and when a newer one takes its place for good. */
interface SigningSecret {
  readonly secret: string;
  readonly until: string | null;
}

/**
 * The headers of Standard Webhooks for a request whose `webhook-id` the connector chose: signed by every secret that is of
 * use now, so that the other side can change over while a rotation lasts.
 * @throws HoldfastError `config_invalid` without a secret or an id.
 */
export function signMessage(
  secrets: readonly SigningSecret[],
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
  nowMs: number,
): Readonly<Record<string, string>> {
  const id = headers['webhook-id'];
  const current = secrets.filter(({ until }) => until === null || Date.parse(until) > nowMs);
  if (id === undefined || current.length === 0) {
    throw new HoldfastError(
      'config_invalid',
      'The request could not be signed: the connection has no secret for sending. Make one with `holdfast connection rotate-secret`.',
    );
  }
  const timestamp = String(Math.floor(nowMs / 1000));
  const signatures = current.map(({ secret }) =>
    signatureBy(secret, id, timestamp, body ?? new Uint8Array()),
  );
  return { 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
