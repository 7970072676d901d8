import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { searchLeaves } from '../../recorder-core/records/search-leaves.ts';
import type { Setting } from '../config/setting.ts';
import { SETTINGS, type Config } from '../config/settings.ts';
import type { Resources } from './open-resources.ts';

/** A digest tells whether a value is another one, and stays short in a leaf that names every setting. */
const DIGEST_LETTERS = 16;
const noted = z.object({ settings: z.record(z.string(), z.string()) });

/**
 * Enters into the ledger that a role runs with other settings than it last did, and which: by name and digest, never by
 * value, and without those that are secrets. Does nothing where all are the same. A start does not wait for it: a
 * database that is away must not keep a recorder from recording.
 */
export async function noteConfiguration(
  { db, config, log }: Pick<Resources, 'db' | 'config' | 'log'>,
  role: string,
  now: Date,
): Promise<void> {
  const { tenantId, node } = config;
  const object = { type: 'configuration', id: `${node}.${role}` };
  const settings = digestsOf(config);
  try {
    await db.forTenant(tenantId, async (tx) => {
      const search = {
        objectType: object.type,
        objectId: object.id,
        acts: ['configuration.changed'],
        limit: 1,
      };
      const [last] = await searchLeaves(tx, search);
      const before = last && noted.parse(parseLeaf(last.body).facts).settings;
      const changed = before === undefined ? [] : changesBetween(before, settings);
      if (before !== undefined && changed.length === 0) return;
      const facts = { first: before === undefined, changed, settings };
      await appendLeaf(tx, tenantId, {
        at: now,
        act: 'configuration.changed',
        object,
        outcome: 'done',
        facts,
      });
    });
  } catch (error) {
    log.warn({ error }, 'that the settings have changed could not be entered into the ledger');
  }
}

function digestsOf(config: Config): Record<string, string> {
  const open = Object.entries<Setting>(SETTINGS).filter(([, { secret }]) => secret !== true);
  return Object.fromEntries(
    open.map(([name]) => {
      const value = JSON.stringify(config[name as keyof Config] ?? null);
      return [name, createHash('sha256').update(value).digest('hex').slice(0, DIGEST_LETTERS)];
    }),
  );
}

function changesBetween(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
