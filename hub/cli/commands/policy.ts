import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Act } from '../../../recorder-core/policy/access.ts';
import { diffPacks } from '../../../recorder-core/policy/pack-diff.ts';
import { tenantPolicySchema, type TenantPolicy } from '../../../recorder-core/policy/tenant-policy.ts';
import type { Database, Tx } from '../../../recorder-core/records/database.ts';
import { openRulePacks } from '../../../recorder-core/records/rule-packs.ts';
import { listTenantPolicies } from '../../../recorder-core/records/tenant-policies.ts';
import type { Config } from '../../config/settings.ts';
import { describeRows } from '../../policy/describe-rows.ts';
import { listPacks } from '../../policy/list-packs.ts';
import { loadPack } from '../../policy/load-pack.ts';
import { measureEffect } from '../../policy/measure-effect.ts';
import type { RulesAsking } from '../../policy/note-rules.ts';
import { proposePack } from '../../policy/propose-pack.ts';
import { proposePolicy, proposeVersion } from '../../policy/propose-policy.ts';
import { acting, askingFor, type Options } from '../act-for-person.ts';
import { describeChange, describeEffect, describePack } from '../describe-policy.ts';
import { findPack, findPackDigest } from '../find-pack.ts';
import { withDatabase } from '../with-database.ts';
import { addSimulations } from './policy-simulate.ts';

/** Rule packs, the tenant's own policy, and what either changes; everything is in the ledger as from the console. */
export const policyCommand = new Command('policy').description(
  'Shows, compares and changes the rules by which recordings are made, kept and disposed of.',
);

policyCommand.addCommand(
  acting(new Command('list'))
    .description('Lists rule packs and versions of the own policy.')
    .action((options: Options) =>
      act(options, 'policy.read', async (tx, { packs }) => {
        process.stdout.write((await listPacks(tx, packs)).map(describePack).join(''));
        for (const { version, state, note } of await listTenantPolicies(tx))
          process.stdout.write(`own policy ${version}  ${state.padEnd(10)}  ${note}\n`);
      }),
    ),
);

policyCommand.addCommand(
  acting(new Command('show'))
    .description('Shows every row of a pack, with its source and who has reviewed it.')
    .argument('[pack]', 'First characters of its digest, or its version; the one in force without it.')
    .option('--unverified', 'Only the rows that are unverified.')
    .action((name: string | undefined, options: Options) =>
      act(options, 'policy.read', async (tx, { packs }) => {
        const pack = await findPack(tx, packs, name);
        process.stdout.write(`${pack.id} ${pack.version}, as of ${pack.asOf}, signed by ${pack.signedBy}\n`);
        for (const row of describeRows(pack)) {
          if (options['unverified'] === true && row.status === 'verified') continue;
          const reviewed = row.reviewer === null ? 'not reviewed' : `reviewed by ${row.reviewer}`;
          process.stdout.write(
            `${row.id.padEnd(34)} ${row.status.padEnd(10)} ${row.place.padEnd(7)} ${row.says}\n  ${row.source}; ${row.asOf}, ${reviewed}\n`,
          );
        }
      }),
    ),
);

policyCommand.addCommand(
  acting(new Command('load'))
    .description('Takes in a signed rule pack; nothing is decided by it yet.')
    .argument('<file>', 'The pack; its signature stands beside it, as <file>.sig.')
    .action((file: string, options: Options) =>
      act(options, 'policy.manage', async (tx, asking) => {
        const [bytes, signature] = await Promise.all([readFile(file), readFile(`${file}.sig`, 'utf8')]);
        const { packId, version, digest } = await loadPack(tx, asking, { bytes, signature });
        process.stdout.write(
          `✓ ${packId} ${version} is loaded\nSee what it would change: holdfast policy diff ${digest.slice(0, 12)}\n`,
        );
      }),
    ),
);

policyCommand.addCommand(
  acting(new Command('diff'))
    .description('Shows what a pack would change: its rows, and verdicts and dates of the stored recordings.')
    .argument('<pack>', 'First characters of its digest, or its version.')
    .option('--sample <number>', 'Decide about so many recordings, spread over all; without it, every one.')
    .action((name: string, options: Options) =>
      withRules(options, 'policy.read', async (db, asking) => {
        const { tenantId, packs } = asking;
        const [before, pack] = await db.forTenant(tenantId, async (tx) => [
          await packs.current(tx),
          await findPack(tx, packs, name),
        ]);
        const changes = diffPacks(before.pack, pack);
        process.stdout.write(`From ${before.pack.id} ${before.pack.version} to ${pack.id} ${pack.version}\n`);
        process.stdout.write(
          changes.length === 0 ? 'No row differs.\n' : changes.map(describeChange).join(''),
        );
        const effect = await measureEffect(
          (work) => db.forTenant(tenantId, work),
          before,
          { ...before, pack },
          {
            at: new Date().toISOString(),
            sample: options['sample'] === undefined ? undefined : Number(options['sample']),
            onPage: (decided, kept) => process.stderr.write(`\r${decided} of ${kept} decided`),
          },
        );
        process.stderr.write('\n');
        process.stdout.write(describeEffect(effect));
      }),
    ),
);

policyCommand.addCommand(
  acting(new Command('activate'))
    .description('Asks a second person that a pack come into force; with --rollback, an older one again.')
    .argument('<pack>', 'First characters of its digest, or its version.')
    .requiredOption('--reason <sentence>', 'Why.')
    .option('--rollback', 'Go back to an older version on purpose.')
    .action((name: string, options: Options) =>
      act(options, 'policy.manage', async (tx, asking) => {
        const made = await proposePack(tx, asking, {
          digest: await findPackDigest(tx, asking.packs, name),
          rollback: options['rollback'] === true,
          reason: String(options['reason']),
        });
        told(made.approvalId);
      }),
    ),
);

policyCommand.addCommand(
  acting(new Command('propose'))
    .description('Proposes a version of the own policy from a file, or an earlier one by its number.')
    .argument('<file or version>', 'JSON file, or number of a version; docs/policy.md has an example.')
    .requiredOption('--reason <sentence>', 'Why.')
    .action((from: string, options: Options) =>
      act(options, 'policy.manage', async (tx, asking) => {
        const reason = String(options['reason']);
        const made = /^\d+$/.test(from)
          ? await proposeVersion(tx, asking, { version: Number(from), reason })
          : await proposePolicy(tx, asking, { body: await readPolicy(from), reason });
        process.stdout.write(`✓ version ${made.version} is proposed\n`);
        for (const { sentence } of made.conflicts) process.stdout.write(`! ${sentence}\n`);
        told(made.approvalId);
      }),
    ),
);

addSimulations(policyCommand, { acting, act, withRules, readPolicy });

function told(approvalId: string): void {
  process.stdout.write(`Somebody else has to agree: holdfast approval approve ${approvalId} --user <name>\n`);
}

/** Reads a policy from a file. @throws HoldfastError `invalid_input` naming what is wrong with it. */
async function readPolicy(file: string): Promise<TenantPolicy> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'The policy could not be read as JSON.', { field: file, cause });
  }
  const parsed = tenantPolicySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HoldfastError(
    'invalid_input',
    `The policy is not one (${issue === undefined ? 'unknown' : `${issue.path.join('/')}: ${issue.message}`}); nothing was done.`,
    { field: file },
  );
}

/** Acts for a person under the same rules as the API, in one transaction. */
function act(
  options: Options,
  asked: Act,
  work: (tx: Tx, asking: RulesAsking) => Promise<void>,
): Promise<void> {
  return withRules(options, asked, (db, asking) => db.forTenant(asking.tenantId, (tx) => work(tx, asking)));
}

/** The same with transactions of the work's own, for what takes longer than one may. */
async function withRules(
  options: Options,
  asked: Act,
  work: (db: Database, asking: RulesAsking) => Promise<void>,
): Promise<void> {
  await withDatabase(options, async (db, { tenantId, ruleKeysFile }: Config) => {
    const packs = await openRulePacks(ruleKeysFile);
    const asking = await db.forTenant(tenantId, (tx) => askingFor(db, tx, tenantId, options, asked));
    await work(db, { ...asking, packs });
  });
}
