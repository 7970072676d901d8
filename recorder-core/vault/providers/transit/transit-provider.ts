/**
 * Root keys in the transit engine of Vault or OpenBao: one transit key for each root (aes256-gcm96), so that destroying
 * one leaves the others alone. Contexts are bound as associated data.
 */
import { HoldfastError } from '../../../errors.ts';
import { versionOf } from '../../root-key-id.ts';
import type { OpenProvider } from '../open-provider.ts';
import type { RemoteLimits } from '../remote/remote-calls.ts';
import { notHere, openRootKeys, type RootKeyService } from '../root-keys.ts';
import { VaultClient, type VaultAnswer, type VaultSettings } from './vault-client.ts';

/** The transit engine that holds the root keys. */
export interface TransitSettings extends VaultSettings {
  /** Path at which the engine is mounted. */
  readonly mount: string;
  /** What the names of our keys begin with. */
  readonly keyName: string;
}

/** How it is opened. */
export interface OpenTransitOptions {
  readonly create?: boolean;
  readonly limits?: Partial<RemoteLimits>;
  readonly now?: () => Date;
}

const FORMAT = 1;

/** @throws key_unavailable when the service, the mount, the token or the root key cannot be used. */
export async function openTransit(
  settings: TransitSettings,
  { create = false, limits = {}, now = () => new Date() }: OpenTransitOptions = {},
): Promise<OpenProvider> {
  const client = new VaultClient(settings, limits);
  const close = (): void => {
    client.close();
  };
  try {
    return { provider: await openRootKeys(new TransitKeys(client, settings, now), create), close };
  } catch (error) {
    close();
    throw error;
  }
}

class TransitKeys implements RootKeyService {
  readonly id = 'transit';
  readonly name: string;
  readonly #client: VaultClient;
  readonly #mount: string;
  readonly #prefix: string;
  readonly #now: () => Date;

  constructor(client: VaultClient, { url, mount, keyName }: TransitSettings, now: () => Date) {
    this.#client = client;
    this.name = `the transit engine ${mount} at ${url}`;
    this.#mount = mount;
    this.#prefix = `${keyName}-`;
    this.#now = now;
  }

  async list(): Promise<string[]> {
    const answer = await this.#client.ask('GET', `${this.#mount}/keys?list=true`, 'repeatable');
    // An engine without keys answers 404 and nothing else; a mount that is not there says so.
    if (answer.status === 404 && answer.errors.length === 0) return [];
    const names = succeeded(answer, this.name).data['keys'];
    return (Array.isArray(names) ? names : [])
      .filter((name): name is string => typeof name === 'string' && name.startsWith(this.#prefix))
      .map((name) => name.slice(this.#prefix.length))
      .filter((keyId) => versionOf(keyId) !== undefined);
  }

  async create(keyId: string): Promise<void> {
    const kind = { type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false };
    // Creating a key that is there already changes nothing.
    succeeded(await this.#client.ask('POST', this.#keyPath(keyId), 'repeatable', kind), this.name);
  }

  /** 0x01 ‖ Vault's version of the key (u32) ‖ nonce, ciphertext and tag as Vault made them. */
  async seal(keyId: string, plaintext: Buffer, context: Buffer): Promise<Buffer> {
    const { data } = succeeded(
      await this.#client.ask('POST', `${this.#mount}/encrypt/${this.#prefix}${keyId}`, 'repeatable', {
        plaintext: plaintext.toString('base64'),
        associated_data: context.toString('base64'),
      }),
      this.name,
    );
    const [, version, body] = /^vault:v(\d{1,9}):([A-Za-z0-9+/=]+)$/.exec(String(data['ciphertext'])) ?? [];
    if (version === undefined || body === undefined)
      throw unusable(this.name, 'its answer is in no known form');
    const head = Buffer.alloc(5);
    head.writeUInt8(FORMAT);
    head.writeUInt32BE(Number(version), 1);
    return Buffer.concat([head, Buffer.from(body, 'base64')]);
  }

  async open(keyId: string, bytes: Buffer, context: Buffer): Promise<Buffer> {
    if (bytes.length <= 5 || bytes[0] !== FORMAT) throw doesNotFit();
    const ciphertext = `vault:v${bytes.readUInt32BE(1)}:${bytes.subarray(5).toString('base64')}`;
    const answer = await this.#client.ask(
      'POST',
      `${this.#mount}/decrypt/${this.#prefix}${keyId}`,
      'repeatable',
      {
        ciphertext,
        associated_data: context.toString('base64'),
      },
    );
    if (saysMissing(answer)) throw notHere(keyId, this.name);
    if (answer.status === 400 && answer.errors.some((words) => DOES_NOT_FIT.test(words))) throw doesNotFit();
    const { data } = succeeded(answer, this.name);
    return Buffer.from(String(data['plaintext']), 'base64');
  }

  async destroy(keyId: string): Promise<Date> {
    const path = this.#keyPath(keyId);
    const allowed = await this.#client.ask('POST', `${path}/config`, 'repeatable', {
      deletion_allowed: true,
    });
    if (!saysMissing(allowed)) {
      succeeded(allowed, this.name);
      const deleted = await this.#client.ask('DELETE', path, 'repeatable');
      if (!saysMissing(deleted)) succeeded(deleted, this.name);
    }
    return this.#now();
  }

  #keyPath(keyId: string): string {
    return `${this.#mount}/keys/${this.#prefix}${keyId}`;
  }
}

/** Vault's words for bytes that are not what it made, or another context. */
const DOES_NOT_FIT =
  /message authentication failed|invalid ciphertext|could not decode|ciphertext is too short/i;
/** Each endpoint has words of its own for a key that is not there; it answers 400 with all of them. */
const MISSING = /encryption key not found|no existing key named|could not delete key; not found/i;

function saysMissing({ status, errors }: VaultAnswer): boolean {
  return status === 400 && errors.some((words) => MISSING.test(words));
}

/** Answers of 2xx; everything else is a fault of settings, policy or service. */
function succeeded(answer: VaultAnswer, name: string): VaultAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw unusable(name, answer.errors[0] ?? `it answered HTTP ${answer.status}`);
}

function unusable(name: string, what: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `A root key in ${name} cannot be used: ${what}. Check mount, key and policy; docs/keys.md has them.`,
  );
}

function doesNotFit(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'A wrapped key does not open in the transit engine: it was changed, or it belongs to another item. Nothing was decrypted; restore the wrapped key from a backup.',
  );
}
