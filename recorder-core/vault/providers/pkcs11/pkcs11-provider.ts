import type { OpenProvider } from '../open-provider.ts';
import { openRootKeys, type RootKeyService } from '../root-keys.ts';
import { Pkcs11Process, type Pkcs11Limits } from './pkcs11-process.ts';
import type { Pkcs11Settings } from './pkcs11-session.ts';

/** How a token is opened. */
export interface OpenPkcs11Options {
  /** Make the first root key where the token has none. */
  readonly create?: boolean;
  readonly limits?: Partial<Pkcs11Limits>;
  /** Environment of the process that loads the library, in the place of our own. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
}

const LIMITS: Pkcs11Limits = { timeoutMs: 10_000, waiting: 256 };

/**
 * The root of trust in an HSM: AES-256 keys that were made on the token and cannot leave it, one for each root, under
 * the labels `<keyName>-<root key id>`. Keys are wrapped by AES-GCM with the context as associated data.
 * @throws key_unavailable when library, token, PIN or root key is not there or refused.
 */
export async function openPkcs11(
  settings: Pkcs11Settings,
  { create = false, limits = {}, environment, now = () => new Date() }: OpenPkcs11Options = {},
): Promise<OpenProvider & { readonly process: Pkcs11Process }> {
  const process = new Pkcs11Process(settings, { ...LIMITS, ...limits }, environment);
  const close = (): void => {
    process.close();
  };
  try {
    return { provider: await openRootKeys(serviceOf(process, settings, now), create), process, close };
  } catch (error) {
    close();
    throw error;
  }
}

function serviceOf(process: Pkcs11Process, { token }: Pkcs11Settings, now: () => Date): RootKeyService {
  const bytesOf = (value: Uint8Array): Buffer =>
    Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return {
    id: 'pkcs11',
    name: `the HSM token ${token}`,
    list: () => process.ask<string[]>('list'),
    create: (keyId) => process.ask('create', keyId),
    seal: async (keyId, plaintext, context) => bytesOf(await process.ask('seal', keyId, plaintext, context)),
    open: async (keyId, bytes, context) => bytesOf(await process.ask('open', keyId, bytes, context)),
    async destroy(keyId) {
      await process.ask('destroy', keyId);
      return now();
    },
  };
}
