/**
 * Root keys in AWS KMS: one KMS key for each root, never its automatic rotation, so that one root can be destroyed
 * alone. An alias shows the current one. The context goes along as a digest, because CloudTrail writes it down.
 */
import { createHash } from 'node:crypto';
import type * as kmsModule from '@aws-sdk/client-kms';
import type { EncryptCommandOutput, KeyMetadata, KMSClient } from '@aws-sdk/client-kms';
import { HoldfastError } from '../../../errors.ts';
import { proveProvider } from '../../key-provider-health.ts';
import type { Destruction, KeyProvider, KeyProviderHealth, WrappedKey } from '../../key-provider.ts';
import type { OpenProvider } from '../open-provider.ts';
import { RemoteCalls, type RemoteLimits, type Repeatable } from '../remote/remote-calls.ts';
import { isNotHere, notHere } from '../root-keys.ts';
import {
  doesNotFit,
  isDenial,
  multiRegion,
  neverHere,
  translateKmsError,
  unknownDate,
} from './kms-errors.ts';

/** Where the keys are. Credentials come from where AWS programs look for them. */
export interface AwsKmsSettings {
  readonly region: string;
  /** Another address of the service, such as a VPC endpoint. */
  readonly endpoint?: string | undefined;
  /** The alias without `alias/`; new keys are tagged `holdfast-root` with it. */
  readonly keyName: string;
  /** Days that AWS waits before it deletes a key, 7 to 30. */
  readonly deletionDays: number;
}

/** How it is opened. */
export interface OpenAwsKmsOptions {
  readonly create?: boolean;
  readonly limits?: Partial<RemoteLimits>;
  /** In the place of what AWS programs look for by themselves. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

type Kms = typeof kmsModule;

const TAG = 'holdfast-root';

/** @throws key_unavailable when region, credentials, alias or key cannot be used, also for a multi-region key. */
export async function openAwsKms(
  settings: AwsKmsSettings,
  { create = false, limits = {}, credentials }: OpenAwsKmsOptions = {},
): Promise<OpenProvider> {
  // Loaded by need: it is large, and most installations have their keys elsewhere.
  const kms = await import('@aws-sdk/client-kms');
  const { region, endpoint } = settings;
  const client = new kms.KMSClient({
    region,
    maxAttempts: 1, // attempts are ours to count
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const provider = new AwsKms(kms, client, settings, limits);
  try {
    await provider.currentKeyId().catch(async (error: unknown) => {
      if (!create || !isNotHere(error)) throw error;
      await provider.rotate();
    });
  } catch (error) {
    client.destroy();
    throw error;
  }
  return {
    provider,
    close: () => {
      client.destroy();
    },
  };
}

class AwsKms implements KeyProvider {
  readonly id = 'aws-kms';
  readonly #kms: Kms;
  readonly #client: KMSClient;
  readonly #settings: AwsKmsSettings;
  readonly #calls: RemoteCalls;
  readonly #name: string;
  readonly #alias: string;

  constructor(kms: Kms, client: KMSClient, settings: AwsKmsSettings, limits: Partial<RemoteLimits>) {
    this.#kms = kms;
    this.#client = client;
    this.#settings = settings;
    this.#name = `AWS KMS in ${settings.region}`;
    this.#alias = `alias/${settings.keyName}`;
    this.#calls = new RemoteCalls(this.#name, limits);
  }

  async currentKeyId(): Promise<string> {
    return idOf(await this.#describe(this.#alias));
  }

  async wrap(plaintext: Buffer, context: Buffer): Promise<WrappedKey> {
    const answer = await this.#encrypt(this.#alias, plaintext, context);
    // The alias may move at this moment: the answer says which key it was.
    const keyId = answer.KeyId?.split('/').at(-1) ?? '';
    if (keyId.startsWith('mrk-')) throw multiRegion(keyId);
    return { provider: this.id, keyId, bytes: Buffer.from(answer.CiphertextBlob ?? []) };
  }

  async unwrap({ provider, keyId, bytes }: WrappedKey, context: Buffer): Promise<Buffer> {
    if (provider !== this.id) throw notHere(`${provider}:${keyId}`, this.#name);
    try {
      return await this.#decrypt(keyId, bytes, context);
    } catch (error) {
      // A changed ciphertext may name a key that is not there or not ours, which KMS answers like a lack of rights.
      if (isDenial(error) && (await this.#works(keyId))) throw doesNotFit();
      throw error;
    }
  }

  async #encrypt(key: string, plaintext: Buffer, context: Buffer): Promise<EncryptCommandOutput> {
    const encrypt = new this.#kms.EncryptCommand({
      KeyId: key,
      Plaintext: plaintext,
      EncryptionContext: encryptionContext(context),
    });
    return this.#send(key, 'repeatable', (signal) => this.#client.send(encrypt, { abortSignal: signal }));
  }

  async #decrypt(keyId: string, bytes: Buffer, context: Buffer): Promise<Buffer> {
    const decrypt = new this.#kms.DecryptCommand({
      KeyId: keyId,
      CiphertextBlob: bytes,
      EncryptionContext: encryptionContext(context),
    });
    const { Plaintext } = await this.#send(keyId, 'repeatable', (signal) =>
      this.#client.send(decrypt, { abortSignal: signal }),
    );
    return Buffer.from(Plaintext ?? []);
  }

  async #works(keyId: string): Promise<boolean> {
    const context = Buffer.from('holdfast/probe');
    try {
      const { CiphertextBlob = [] } = await this.#encrypt(keyId, Buffer.alloc(32), context);
      return (await this.#decrypt(keyId, Buffer.from(CiphertextBlob), context)).length === 32;
    } catch {
      return false;
    }
  }

  health(): Promise<KeyProviderHealth> {
    return proveProvider(this, `${this.#name} wraps and unwraps under ${this.#alias}.`);
  }

  async rotate(): Promise<string> {
    const keyName = this.#settings.keyName;
    const made = await this.#send(this.#alias, 'once', (signal) =>
      this.#client.send(
        new this.#kms.CreateKeyCommand({
          Description: `Holdfast root key, ${keyName}`,
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT',
          MultiRegion: false,
          Tags: [{ TagKey: TAG, TagValue: keyName }],
        }),
        { abortSignal: signal },
      ),
    );
    const keyId = made.KeyMetadata?.KeyId ?? '';
    const target = { AliasName: this.#alias, TargetKeyId: keyId };
    const move = new this.#kms.UpdateAliasCommand(target);
    await this.#send(this.#alias, 'repeatable', (signal) =>
      this.#client.send(move, { abortSignal: signal }),
    ).catch(async (error: unknown) => {
      if (!isNotHere(error)) throw error;
      const add = new this.#kms.CreateAliasCommand(target);
      await this.#send(this.#alias, 'once', (signal) => this.#client.send(add, { abortSignal: signal }));
    });
    return keyId;
  }

  async destroy(keyId: string): Promise<Destruction> {
    if (keyId === (await this.currentKeyId())) {
      throw new HoldfastError(
        'conflict',
        `The root key ${keyId} is the current one and was not destroyed. Rotate first, and wrap anew what it protects.`,
      );
    }
    const key = await this.#describe(keyId).catch((error: unknown) => {
      throw isNotHere(error) ? neverHere(keyId) : error;
    });
    await this.#requireOurs(keyId);
    if (key.DeletionDate !== undefined) return { beyondRecoveryAt: key.DeletionDate };
    const schedule = new this.#kms.ScheduleKeyDeletionCommand({
      KeyId: keyId,
      PendingWindowInDays: this.#settings.deletionDays,
    });
    const { DeletionDate } = await this.#send(keyId, 'once', (signal) =>
      this.#client.send(schedule, { abortSignal: signal }),
    );
    if (DeletionDate === undefined) throw unknownDate(keyId);
    return { beyondRecoveryAt: DeletionDate };
  }

  /** An id that came from elsewhere must not delete a key of somebody else in the same account. */
  async #requireOurs(keyId: string): Promise<void> {
    const list = new this.#kms.ListResourceTagsCommand({ KeyId: keyId });
    const { Tags = [] } = await this.#send(keyId, 'repeatable', (signal) =>
      this.#client.send(list, { abortSignal: signal }),
    );
    if (!Tags.some(({ TagKey, TagValue }) => TagKey === TAG && TagValue === this.#settings.keyName))
      throw neverHere(keyId);
  }

  async #describe(keyId: string): Promise<KeyMetadata> {
    const describe = new this.#kms.DescribeKeyCommand({ KeyId: keyId });
    const { KeyMetadata } = await this.#send(keyId, 'repeatable', (signal) =>
      this.#client.send(describe, { abortSignal: signal }),
    );
    if (KeyMetadata === undefined) throw notHere(keyId, this.#name);
    if (KeyMetadata.MultiRegion === true) throw multiRegion(idOf(KeyMetadata));
    return KeyMetadata;
  }

  #send<T>(keyId: string, repeatable: Repeatable, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#calls.run(repeatable, (signal) =>
      call(signal).catch((error: unknown) => {
        throw translateKmsError(error, keyId, this.#name);
      }),
    );
  }
}

function idOf({ KeyId }: KeyMetadata): string {
  return KeyId ?? '';
}

function encryptionContext(context: Buffer): Record<string, string> {
  return { 'holdfast:context': createHash('sha256').update(context).digest('hex') };
}
