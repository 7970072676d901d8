/**
 * Root keys in Azure Key Vault or a managed HSM: one key for each root. Azure binds no context to what it wraps, so a
 * fresh AES key is wrapped there, and seals the bytes together with their context here.
 */
import { randomBytes } from 'node:crypto';
import type { TokenCredential } from '@azure/core-auth';
import type { KeyClient, KeyClientOptions } from '@azure/keyvault-keys';
import { versionOf } from '../../root-key-id.ts';
import { openBox, sealBox } from '../../sealed-box.ts';
import type { OpenProvider } from '../open-provider.ts';
import { RemoteCalls, type RemoteLimits, type Repeatable } from '../remote/remote-calls.ts';
import { isNotHere, openRootKeys, type RootKeyService } from '../root-keys.ts';
import { doesNotFit, statusOf, translateAzureError } from './azure-errors.ts';

/** Where the keys are. Credentials come from where Azure programs look for them. */
export interface AzureSettings {
  readonly url: string;
  readonly kind: 'RSA' | 'RSA-HSM' | 'oct-HSM';
  /** What the names of our keys begin with. */
  readonly keyName: string;
}

/** How it is opened. */
export interface OpenAzureOptions {
  readonly create?: boolean;
  readonly limits?: Partial<RemoteLimits>;
  readonly credential?: TokenCredential;
  /** For a service that is none of Azure's own. */
  readonly client?: KeyClientOptions;
  readonly now?: () => Date;
}

const FORMAT = 1;
const RSA_BITS = 3072;

/** @throws key_unavailable when vault, credentials or root key cannot be used. */
export async function openAzureKeyVault(
  settings: AzureSettings,
  {
    create = false,
    limits = {},
    credential,
    client: options = {},
    now = () => new Date(),
  }: OpenAzureOptions = {},
): Promise<OpenProvider> {
  // Loaded by need: they are large, and most installations have their keys elsewhere.
  const { KeyClient } = await import('@azure/keyvault-keys');
  const identity = credential ?? new (await import('@azure/identity')).DefaultAzureCredential();
  const client = new KeyClient(settings.url, identity, { ...options, retryOptions: { maxRetries: 0 } });
  const keys = new AzureKeys(client, settings, new RemoteCalls(nameOf(settings), limits), now);
  return { provider: await openRootKeys(keys, create), close: () => undefined };
}

function nameOf({ url }: AzureSettings): string {
  return `the Azure key vault ${url}`;
}

class AzureKeys implements RootKeyService {
  readonly id = 'azure-key-vault';
  readonly name: string;
  readonly #client: KeyClient;
  readonly #calls: RemoteCalls;
  readonly #kind: AzureSettings['kind'];
  readonly #prefix: string;
  readonly #now: () => Date;

  constructor(client: KeyClient, settings: AzureSettings, calls: RemoteCalls, now: () => Date) {
    this.name = nameOf(settings);
    this.#client = client;
    this.#calls = calls;
    this.#kind = settings.kind;
    this.#prefix = `${settings.keyName}-`;
    this.#now = now;
  }

  /** Disabled keys too: that the current one was disabled must be seen, and not be got round by an older one. */
  list(): Promise<string[]> {
    return this.#send(this.#prefix, 'repeatable', async (abortSignal) => {
      const ids: string[] = [];
      for await (const { name } of this.#client.listPropertiesOfKeys({ abortSignal })) {
        const id = name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : '';
        if (versionOf(id) !== undefined) ids.push(id);
      }
      return ids;
    });
  }

  async create(keyId: string): Promise<void> {
    const name = this.#prefix + keyId;
    await this.#send(keyId, 'once', (abortSignal) => {
      const keyOps = ['wrapKey', 'unwrapKey'] as ('wrapKey' | 'unwrapKey')[];
      const shared = { keyOps, exportable: false, abortSignal };
      return this.#kind === 'oct-HSM'
        ? this.#client.createOctKey(name, { ...shared, keySize: 256, hsm: true })
        : this.#client.createRsaKey(name, { ...shared, keySize: RSA_BITS, hsm: this.#kind === 'RSA-HSM' });
    });
  }

  /** 0x01 ‖ length (u8) and version of Azure's key ‖ length (u16) and wrapped AES key ‖ sealed box. */
  async seal(keyId: string, plaintext: Buffer, context: Buffer): Promise<Buffer> {
    const fresh = randomBytes(32);
    const { result, keyID } = await this.#send(keyId, 'repeatable', (abortSignal) =>
      this.#cryptography(keyId).wrapKey(this.#algorithm(), fresh, { abortSignal }),
    );
    const version = Buffer.from(keyID?.split('/').at(-1) ?? '', 'latin1');
    const wrapped = Buffer.from(result);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(wrapped.length);
    const box = sealBox(fresh, plaintext, context, randomBytes);
    return Buffer.concat([Buffer.of(FORMAT, version.length), version, length, wrapped, box]);
  }

  async open(keyId: string, bytes: Buffer, context: Buffer): Promise<Buffer> {
    const { version, wrapped, box } = parse(bytes);
    const { result } = await this.#send(keyId, 'repeatable', (abortSignal) =>
      this.#cryptography(keyId, version).unwrapKey(this.#algorithm(), wrapped, { abortSignal }),
    );
    return openBox(Buffer.from(result), box, context);
  }

  async destroy(keyId: string): Promise<Date> {
    const name = this.#prefix + keyId;
    await this.#send(keyId, 'repeatable', (abortSignal) =>
      this.#client.beginDeleteKey(name, { abortSignal }),
    ).catch(unlessGone);
    return this.#purge(keyId, name);
  }

  /** Purges what was deleted, where that is allowed; else Azure does it itself at a date that it tells. */
  async #purge(keyId: string, name: string): Promise<Date> {
    const { scheduledPurgeDate } = (await this.#deleted(keyId, name)) ?? {};
    if (scheduledPurgeDate === undefined) return this.#now();
    try {
      await this.#calls.run('repeatable', (abortSignal) =>
        this.#client.purgeDeletedKey(name, { abortSignal }).catch((error: unknown) => {
          throw statusOf(error) === 403 ? error : translateAzureError(error, keyId, this.name);
        }),
      );
    } catch (error) {
      // Without the right to purge, or in a vault with purge protection, the date stands.
      if (statusOf(error) !== 403) unlessGone(error);
      else return scheduledPurgeDate;
    }
    const left = await this.#deleted(keyId, name);
    return left?.scheduledPurgeDate ?? this.#now();
  }

  /** A deleted key that can still be recovered; undefined once it cannot. */
  async #deleted(keyId: string, name: string): Promise<{ scheduledPurgeDate?: Date } | undefined> {
    try {
      const { properties } = await this.#send(keyId, 'repeatable', (abortSignal) =>
        this.#client.getDeletedKey(name, { abortSignal }),
      );
      return properties;
    } catch (error) {
      unlessGone(error);
      return undefined;
    }
  }

  #cryptography(keyId: string, version?: string) {
    const name = this.#prefix + keyId;
    return this.#client.getCryptographyClient(name, version === undefined ? {} : { keyVersion: version });
  }

  #algorithm(): 'A256KW' | 'RSA-OAEP-256' {
    return this.#kind === 'oct-HSM' ? 'A256KW' : 'RSA-OAEP-256';
  }

  #send<T>(keyId: string, repeatable: Repeatable, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#calls.run(repeatable, (signal) =>
      call(signal).catch((error: unknown) => {
        throw translateAzureError(error, keyId, this.name);
      }),
    );
  }
}

/** A key that is not there is gone; every other error goes on. */
function unlessGone(error: unknown): void {
  if (!isNotHere(error)) throw error;
}

function parse(bytes: Buffer): { version: string; wrapped: Buffer; box: Buffer } {
  const versionEnd = 2 + (bytes[1] ?? 0);
  if (bytes[0] !== FORMAT || bytes.length < versionEnd + 2) throw doesNotFit();
  const version = bytes.toString('latin1', 2, versionEnd);
  const wrappedEnd = versionEnd + 2 + bytes.readUInt16BE(versionEnd);
  // The version becomes part of an address.
  if (bytes.length < wrappedEnd || !/^[0-9a-z]{1,64}$/.test(version)) throw doesNotFit();
  return { version, wrapped: bytes.subarray(versionEnd + 2, wrappedEnd), box: bytes.subarray(wrappedEnd) };
}
