import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Act } from '../../../recorder-core/policy/access.ts';
import type { TenantPolicy } from '../../../recorder-core/policy/tenant-policy.ts';
import type { Database, Tx } from '../../../recorder-core/records/database.ts';
import { readRecording, type Recording } from '../../../recorder-core/records/recordings.ts';
import type { ReportedTrigger } from '../../../recorder-core/records/retention-triggers.ts';
import { explainRecording } from '../../policy/explain-recording.ts';
import { measureEffect } from '../../policy/measure-effect.ts';
import type { RulesAsking } from '../../policy/note-rules.ts';
import { classifyRecording, reportTrigger } from '../../policy/report-facts.ts';
import { rulesFor, type WhatIf } from '../../policy/what-if.ts';
import { describeAnswer, describeEffect } from '../describe-policy.ts';
import { findPackDigest } from '../find-pack.ts';
import { isInstant, parseId } from '../parse-argument.ts';

type Options = Readonly<Record<string, unknown>>;

/** How the commands on rules act for a person. */
export interface PolicyActing {
  acting(command: Command): Command;
  act(options: Options, asked: Act, work: (tx: Tx, asking: RulesAsking) => Promise<void>): Promise<void>;
  withRules(
    options: Options,
    asked: Act,
    work: (db: Database, asking: RulesAsking) => Promise<void>,
  ): Promise<void>;
  readPolicy(file: string): Promise<TenantPolicy>;
}

/** Adds what asks "why" and "what if", and what reports facts that dates depend on. */
export function addSimulations(policy: Command, on: PolicyActing): void {
  policy.addCommand(explainCommand(on));
  policy.addCommand(simulateCommand(on));
  policy.addCommand(triggerCommand(on));
  policy.addCommand(classifyCommand(on));
}

function explainCommand({ acting, act }: PolicyActing): Command {
  return acting(new Command('explain'))
    .description('Tells what happens to a recording, why, and what happens next.')
    .argument('<recording>', 'Its id.', parseId)
    .action((id: string, options: Options) =>
      act(options, 'policy.read', async (tx, { packs, tenantId, now }) => {
        const recording = await requireOne(tx, id);
        const found = await explainRecording(tx, packs, tenantId, recording, { at: now.toISOString() });
        process.stdout.write(describeAnswer(found.now));
      }),
    );
}

function simulateCommand(on: PolicyActing): Command {
  return on
    .acting(new Command('simulate'))
    .description('Tells what would change if; of one recording, or without one over all that are kept.')
    .argument('[recording]', 'Its id.', parseId)
    .option('--pack <pack>', 'With another rule pack: first characters of its digest, or its version.')
    .option('--policy <file or version>', 'With another policy of the tenant; 0 is none.')
    .option('--hold <placed or released>', 'With a further hold, or with every hold released.')
    .option('--erasure <state>', 'With a request for erasure that is received, verified or approved.')
    .option('--trigger <event=instant>', 'With an event reported, such as contractEnd=2026-12-31T00:00:00Z.')
    .option('--class <name>', 'With a further class.')
    .option('--at <instant>', 'At another time.')
    .option('--sample <number>', 'Over so many recordings, spread over all.')
    .action((id: string | undefined, options: Options) =>
      on.withRules(options, 'policy.read', async (db, asking) => {
        const { tenantId, packs } = asking;
        const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => db.forTenant(tenantId, work);
        const whatIf = await inTenant((tx) => whatIfOf(tx, on, asking, options));
        if (id !== undefined) {
          const found = await inTenant(async (tx) =>
            explainRecording(tx, packs, tenantId, await requireOne(tx, id), whatIf),
          );
          const changed = found.changed.length === 0 ? 'nothing' : found.changed.join(', ');
          process.stdout.write(
            `As it is\n${describeAnswer(found.now)}\nAs it would be\n${describeAnswer(found.then)}\nOther rules: ${changed}\n`,
          );
          return;
        }
        const { inForce, asked } = await inTenant((tx) => rulesFor(tx, packs, tenantId, whatIf));
        const effect = await measureEffect(inTenant, inForce, asked, {
          at: whatIf.at,
          whatIf,
          sample: options['sample'] === undefined ? undefined : Number(options['sample']),
          onPage: (decided, kept) => process.stderr.write(`\r${decided} of ${kept} decided`),
        });
        process.stderr.write('\n');
        process.stdout.write(describeEffect(effect));
      }),
    );
}

function triggerCommand({ acting, act }: PolicyActing): Command {
  return acting(new Command('trigger'))
    .description('Reports an event from which periods of a recording run, such as the end of a contract.')
    .argument('<recording>', 'Its id.', parseId)
    .argument('<event>', EVENTS.join(', '), readEvent)
    .argument('<instant>', 'When it happened, such as 2026-11-26T09:00:00Z.', readInstant)
    .action((recordingId: string, trigger: ReportedTrigger, at: string, options: Options) =>
      act(options, 'policy.manage', async (tx, asking) => {
        const { retainUntil } = await reportTrigger(tx, asking, { recordingId, trigger, at });
        process.stdout.write(`✓ reported; kept until ${retainUntil ?? 'a further event'}\n`);
      }),
    );
}

function classifyCommand({ acting, act }: PolicyActing): Command {
  return acting(new Command('classify'))
    .description('Adds classes to a recording, such as mifid2; none is ever taken away.')
    .argument('<recording>', 'Its id.', parseId)
    .argument('<classes...>', 'Names of classes.')
    .action((recordingId: string, classes: string[], options: Options) =>
      act(options, 'policy.manage', async (tx, asking) => {
        const { retainUntil } = await classifyRecording(tx, asking, { recordingId, classes });
        process.stdout.write(`✓ classified; kept until ${retainUntil ?? 'a further event'}\n`);
      }),
    );
}

const HOLDS = ['placed', 'released'] as const;
const EVENTS: readonly ReportedTrigger[] = [
  'contractEnd',
  'relationshipEnd',
  'lastEffective',
  'matterClose',
  'ageOfMajority',
  'paymentAuthorised',
];

async function whatIfOf(
  tx: Tx,
  { readPolicy }: PolicyActing,
  { packs, now }: RulesAsking,
  options: Options,
): Promise<WhatIf & { readonly at: string }> {
  const text = (name: string): string | undefined =>
    typeof options[name] === 'string' ? options[name] : undefined;
  const [pack, policy, hold, state, trigger, added, at] = [
    text('pack'),
    text('policy'),
    text('hold'),
    text('erasure'),
    text('trigger'),
    text('class'),
    text('at'),
  ];
  const stored = policy !== undefined && /^\d+$/.test(policy);
  const [event = '', instant = ''] = trigger?.split('=') ?? [];
  return {
    at: at === undefined ? now.toISOString() : readInstant(at),
    ...(pack === undefined ? {} : { packDigest: await findPackDigest(tx, packs, pack) }),
    ...(stored ? { policyVersion: Number(policy) } : {}),
    ...(policy === undefined || stored ? {} : { policy: await readPolicy(policy) }),
    ...(hold === undefined ? {} : { hold: oneOf(hold, HOLDS, 'hold') }),
    ...(state === undefined
      ? {}
      : {
          request: { kind: 'erasure', state: oneOf(state, ['received', 'verified', 'approved'], 'erasure') },
        }),
    ...(trigger === undefined ? {} : { triggers: { [readEvent(event)]: readInstant(instant) } }),
    ...(added === undefined ? {} : { classes: [added] }),
  };
}

function readEvent(text: string): ReportedTrigger {
  return oneOf(text, EVENTS, 'event');
}

function readInstant(text: string): string {
  if (isInstant(text)) return new Date(text).toISOString();
  throw new HoldfastError('invalid_input', 'It is no instant; write it like 2026-11-26T09:00:00Z.', {
    field: 'instant',
  });
}

function oneOf<T extends string>(text: string, known: readonly T[], field: string): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  throw new HoldfastError('invalid_input', `Give one of ${known.join(', ')}.`, { field });
}

async function requireOne(tx: Tx, id: string): Promise<Recording> {
  const found = await readRecording(tx, id);
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
}
