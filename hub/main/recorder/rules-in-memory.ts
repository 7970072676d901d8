import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { verifyRulePack } from '../../../recorder-core/policy/rule-pack-file.ts';
import { rulebookOf, type Rulebook } from '../../../recorder-core/policy/rulebook.ts';
import { tenantPolicySchema } from '../../../recorder-core/policy/tenant-policy.ts';
import { readSignedPack } from '../../../recorder-core/records/rule-pack-rows.ts';
import { repeatWork } from '../../live/repeated-work.ts';
import type { Resources } from '../open-resources.ts';

/** Between two looks at the database. */
const LOOK_MS = 5_000;
/** A recorder that starts waits so long for the rules in force; then it takes those it remembers. */
const FIRST_LOOK_MS = 3_000;

/** The rules that a recorder decides by: always at hand, never asked of the database for a call. */
export interface RulesInMemory {
  rules(): Rulebook;
  stop(): Promise<void>;
}

const remembered = z.strictObject({
  pack: z.strictObject({ bytes: z.base64(), signature: z.string() }).nullable(),
  policy: tenantPolicySchema,
  policyVersion: z.int().min(0),
});

/**
 * Keeps the rules in force in memory, and a copy of them on the disk for a start without a database, so that a recorder
 * never falls back to rules that are weaker than those it had. The pack of the copy is verified like any other.
 */
export async function holdRules(
  resources: Pick<Resources, 'config' | 'db' | 'packs' | 'log'>,
): Promise<RulesInMemory> {
  const { config, db, packs, log } = resources;
  const file = join(config.data, `rules-${config.node}.json`);
  let current = (await recall(resources, file)) ?? rulebookOf(packs.bundled);
  let known = '';
  const look = async (): Promise<void> => {
    const found = await db.forTenant(config.tenantId, async (tx) => {
      const rules = await packs.current(tx);
      const isKnown = nameOf(rules) === known;
      return {
        rules,
        isKnown,
        signed: isKnown ? null : ((await readSignedPack(tx, rules.pack.digest)) ?? null),
      };
    });
    current = found.rules;
    if (found.isKnown) return;
    const { pack, policy, policyVersion } = current;
    log.info(
      { pack: pack.digest, version: pack.version, policyVersion },
      'consent is decided by these rules',
    );
    const signed = found.signed && {
      bytes: found.signed.bytes.toString('base64'),
      signature: found.signed.signature,
    };
    await writeFile(`${file}.new`, JSON.stringify({ pack: signed, policy, policyVersion }), { mode: 0o600 });
    await rename(`${file}.new`, file);
    known = nameOf(current);
  };
  const onFault = (error: unknown): void => {
    log.warn({ error, pack: current.pack.digest }, 'the rules could not be read anew; the last ones stay');
  };
  await Promise.race([look().catch(onFault), setTimeout(FIRST_LOOK_MS)]);
  const looking = repeatWork(LOOK_MS, look, onFault);
  return { rules: () => current, stop: () => looking.stop() };
}

/** Which rules these are; a pack is never read again as long as it is the same. */
function nameOf({ pack, policyVersion }: Rulebook): string {
  return `${pack.digest}/${policyVersion}`;
}

async function recall(
  { packs, log }: Pick<Resources, 'packs' | 'log'>,
  file: string,
): Promise<Rulebook | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { pack, policy, policyVersion } = remembered.parse(JSON.parse(text));
    const verified =
      pack === null
        ? packs.bundled
        : verifyRulePack(Buffer.from(pack.bytes, 'base64'), pack.signature, packs.keys);
    return { pack: verified, policy, policyVersion };
  } catch (error) {
    log.warn(
      { error },
      'the remembered rules are unreadable; until the database answers the bundled ones apply',
    );
    return undefined;
  }
}
