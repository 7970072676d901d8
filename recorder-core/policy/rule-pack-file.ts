/**
 * Reading and signing rule pack files: the only file of this folder with I/O and Node built-ins.
 *
 * A pack `p.json` has a detached signature `p.json.sig`: one line
 * `holdfast-rule-pack-sig/1 ed25519 <key id> <base64>`, Ed25519 (RFC 8032) over the
 * exact bytes of `p.json`. Nothing of a pack is parsed before its signature is good.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { HoldfastError } from '../errors.ts';
import { rulePackSchema, type VerifiedRulePack } from './rule-pack.ts';

const SIGNATURE = /^holdfast-rule-pack-sig\/1 ed25519 (\S+) ([A-Za-z0-9+/]{86}==)\n?$/;

const trustedKeys = z
  .array(z.strictObject({ id: z.string().regex(/^\S+$/), publicKeyPem: z.string() }))
  .min(1);

/** A public key that may sign packs: its id as in signatures, and SPKI PEM. */
export type TrustedKey = z.infer<typeof trustedKeys>[number];

/** A pack with exactly what was signed, so that it can be stored and verified again. */
export interface BundledPack {
  readonly pack: VerifiedRulePack;
  readonly bytes: Buffer;
  readonly signature: string;
}

/** The packs that come with the product, from oldest to newest, and the keys they are checked against. */
const BUNDLED_PACKS = ['base-2026-11.json', 'base-2026-12.json'] as const;
const fileOf = (name: string): string => fileURLToPath(new URL(`./packs/${name}`, import.meta.url));
export const SHIPPED_PACK_PATH = fileOf(BUNDLED_PACKS.at(-1) ?? '');
export const SHIPPED_KEYS_PATH = fileOf('trusted-keys.json');

/**
 * Reads a pack and its `.sig` and checks both; the result may be given to every decision.
 * @throws HoldfastError `config_invalid` (missing file, unknown key, wrong content) or
 *   `integrity_failed` (the signature does not fit the bytes).
 */
export async function loadRulePack(path: string, keys: readonly TrustedKey[]): Promise<VerifiedRulePack> {
  return (await loadSignedPack(path, keys)).pack;
}

/** As `loadRulePack`, with what was signed. */
export async function loadSignedPack(path: string, keys: readonly TrustedKey[]): Promise<BundledPack> {
  const [bytes, signed] = await Promise.all([
    read(path, 'rule pack'),
    read(`${path}.sig`, 'signature of the rule pack'),
  ]);
  const signature = signed.toString('utf8');
  return { pack: verifyRulePack(bytes, signature, keys), bytes, signature };
}

/** The newest shipped pack, checked against the shipped keys. Throws as `loadRulePack` does. */
export async function loadShippedRulePack(): Promise<VerifiedRulePack> {
  return loadRulePack(SHIPPED_PACK_PATH, await loadTrustedKeys(SHIPPED_KEYS_PATH));
}

/**
 * All packs that come with the product, from oldest to newest, and the keys that are trusted: the shipped ones and those
 * of a file, where one is named. Throws as `loadRulePack` does, and `config_invalid` for two keys of one id.
 */
export async function loadBundledPacks(
  keysFile?: string,
): Promise<{ readonly packs: readonly BundledPack[]; readonly keys: readonly TrustedKey[] }> {
  const shipped = await loadTrustedKeys(SHIPPED_KEYS_PATH);
  const keys = [...shipped, ...(keysFile === undefined ? [] : await loadTrustedKeys(keysFile))];
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw refused(
      'config_invalid',
      'Two trusted keys have one id, so it is not clear which of them a signature names; give each its own id in the configured file.',
    );
  }
  return {
    packs: await Promise.all(BUNDLED_PACKS.map((name) => loadSignedPack(fileOf(name), shipped))),
    keys,
  };
}

/** Reads a list of trusted keys. @throws HoldfastError `config_invalid` when it is missing or malformed. */
export async function loadTrustedKeys(path: string): Promise<TrustedKey[]> {
  const parsed = trustedKeys.safeParse(
    parseJson(await read(path, 'list of trusted keys'), 'list of trusted keys'),
  );
  if (parsed.success) return parsed.data;
  throw refused(
    'config_invalid',
    `The list of trusted keys is malformed (${firstIssue(parsed.error)}), so no rule pack can be checked; correct the file.`,
  );
}

/** As `loadRulePack`, on bytes in memory. Same bytes and keys, same answer. */
export function verifyRulePack(
  bytes: Uint8Array,
  signature: string,
  keys: readonly TrustedKey[],
): VerifiedRulePack {
  const signedBy = checkSignature(bytes, signature, keys);
  const parsed = rulePackSchema.safeParse(parseJson(bytes, 'rule pack'));
  if (!parsed.success) {
    throw refused(
      'config_invalid',
      `The rule pack is signed but malformed (${firstIssue(parsed.error)}); no rule of it is used. Correct the pack and sign it again.`,
    );
  }
  return { ...parsed.data, digest: createHash('sha256').update(bytes).digest('hex'), signedBy };
}

/**
 * The content of a `.sig` file for these bytes. Ed25519 is deterministic: same input, same text.
 * @throws HoldfastError `invalid_input` when the key is not Ed25519.
 */
export function signRulePack(bytes: Uint8Array, privateKey: KeyObject, keyId: string): string {
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw refused(
      'invalid_input',
      'The signing key is not an Ed25519 key, so the pack was not signed; make one with: openssl genpkey -algorithm ed25519.',
    );
  }
  return `holdfast-rule-pack-sig/1 ed25519 ${keyId} ${sign(null, bytes, privateKey).toString('base64')}\n`;
}

function checkSignature(bytes: Uint8Array, signature: string, keys: readonly TrustedKey[]): string {
  const [, keyId, encoded] = SIGNATURE.exec(signature) ?? [];
  if (keyId === undefined || encoded === undefined) {
    throw refused(
      'integrity_failed',
      'The signature file of the rule pack is malformed, so the pack is not used; sign it again with sign-pack.ts.',
    );
  }
  const key = keys.find((candidate) => candidate.id === keyId);
  if (key === undefined) {
    throw refused(
      'config_invalid',
      `The rule pack is signed with the key "${keyId}", which is not trusted here, so the pack is not used; add the key to the trusted keys or use a pack signed by one of them.`,
    );
  }
  if (!verify(null, bytes, publicKeyOf(key), Buffer.from(encoded, 'base64'))) {
    throw refused(
      'integrity_failed',
      `The signature of the rule pack by "${keyId}" does not fit its content: the file was changed after signing. It is not used; restore the file or sign it again.`,
    );
  }
  return keyId;
}

function publicKeyOf(key: TrustedKey): KeyObject {
  try {
    const made = createPublicKey(key.publicKeyPem);
    if (made.asymmetricKeyType === 'ed25519') return made;
  } catch {
    // An unreadable key is told the same way as one of another type.
  }
  throw refused(
    'config_invalid',
    `The trusted key "${key.id}" is not an Ed25519 public key in PEM, so nothing can be checked with it; correct the list of trusted keys.`,
  );
}

async function read(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      `The ${what} could not be read, so no lawful decision can be made; check the configured path and its permissions.`,
      { detail: path, cause },
    );
  }
}

function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      `The ${what} is not JSON in UTF-8, so it is not used; correct the file.`,
      { cause },
    );
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'unknown' : `${issue.path.join('/') || 'pack'}: ${issue.message}`;
}

function refused(
  code: 'config_invalid' | 'integrity_failed' | 'invalid_input',
  message: string,
): HoldfastError {
  return new HoldfastError(code, message);
}
