import { generateKeyPairSync, type KeyObject } from 'node:crypto';

const keys = new Map<string, KeyObject>();

/** The keys that sign checkpoints in tests which have no installation secrets; the same throughout a test file. */
export function testLedgerKeys(name: string): KeyObject {
  const key = keys.get(name) ?? generateKeyPairSync('ed25519').privateKey;
  keys.set(name, key);
  return key;
}
