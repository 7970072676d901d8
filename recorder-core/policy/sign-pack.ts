/**
 * Signs a rule pack: `node recorder-core/policy/sign-pack.ts <pack.json> <private-key.pem>`.
 *
 * Writes `<pack.json>.sig` beside it. The key must belong to an entry of the
 * `trusted-keys.json` beside the pack, and the signed pack must load: else nothing is written.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HoldfastError, isHoldfastError } from '../errors.ts';
import { loadTrustedKeys, signRulePack, verifyRulePack } from './rule-pack-file.ts';

async function signPack(packPath: string, keyPath: string): Promise<string> {
  const bytes = await readFile(packPath);
  const privateKey = createPrivateKey(await readFile(keyPath));
  const keys = await loadTrustedKeys(join(dirname(packPath), 'trusted-keys.json'));
  const own = createPublicKey(privateKey);
  const key = keys.find((candidate) => createPublicKey(candidate.publicKeyPem).equals(own));
  if (key === undefined) {
    throw new HoldfastError(
      'config_invalid',
      'The private key belongs to no entry of trusted-keys.json, so the pack was not signed; add its public key there first.',
    );
  }
  const signature = signRulePack(bytes, privateKey, key.id);
  const pack = verifyRulePack(bytes, signature, keys);
  await writeFile(`${packPath}.sig`, signature);
  return `${pack.id} ${pack.version} signed by ${key.id}, sha256 ${pack.digest}`;
}

const [packPath, keyPath] = process.argv.slice(2);
if (packPath === undefined || keyPath === undefined) {
  process.stderr.write('usage: node recorder-core/policy/sign-pack.ts <pack.json> <private-key.pem>\n');
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`${await signPack(packPath, keyPath)}\n`);
  } catch (error) {
    if (!isHoldfastError(error) && !(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
