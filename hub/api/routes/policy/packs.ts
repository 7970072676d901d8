import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { diffPacks } from '../../../../recorder-core/policy/pack-diff.ts';
import { describeRows } from '../../../policy/describe-rows.ts';
import { listPacks as known, type KnownPack } from '../../../policy/list-packs.ts';
import { loadPack as take } from '../../../policy/load-pack.ts';
import { measureEffect } from '../../../policy/measure-effect.ts';
import { proposePack as propose } from '../../../policy/propose-pack.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import {
  loadPackBody,
  packDetail,
  packDiff,
  packSummary,
  proposal,
  proposePackBody,
  type PackSummary,
} from '../../schemas/policy.ts';

const params = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/) });

const list = defineEndpoint({
  method: 'get',
  path: '/policy/packs',
  summary: 'Lists rule packs: the one in force first, those that come with the product among them.',
  act: 'policy.read',
  response: z.object({ items: z.array(packSummary) }),
  async handle({ tx, services }) {
    return { items: (await known(tx, services.packs)).map(presentPack) };
  },
});

const read = defineEndpoint({
  method: 'get',
  path: '/policy/packs/:digest',
  summary: 'A rule pack with every row, its source, and who has reviewed it.',
  act: 'policy.read',
  params,
  response: packDetail,
  async handle({ params: { digest }, tx, services }) {
    const row = (await known(tx, services.packs)).find((one) => one.digest === digest);
    const pack = await services.packs.byDigest(tx, digest);
    if (row === undefined || pack === undefined) throw noPack();
    return { ...presentPack(row), asOf: pack.asOf, rows: describeRows(pack) };
  },
});

const load = defineEndpoint({
  method: 'post',
  path: '/policy/packs',
  summary:
    'Takes in a signed rule pack, so that it can be compared and proposed; nothing is decided by it yet.',
  act: 'policy.manage',
  body: loadPackBody,
  response: packSummary,
  status: 201,
  async handle({ body: { pack, signature }, tx, identity, services, now }) {
    const asking = { ...askingOf({ identity, services, now }), packs: services.packs };
    const row = await take(tx, asking, { bytes: Buffer.from(pack, 'utf8'), signature });
    const { pack: current } = await services.packs.current(tx);
    return presentPack({ ...row, inForce: row.digest === current.digest });
  },
});

const diff = defineEndpoint({
  method: 'get',
  path: '/policy/packs/:digest/diff',
  summary:
    'What a pack would change against the one in force: rows, and verdicts and dates of a sample of the recordings that are kept.',
  act: 'policy.read',
  params,
  query: z.strictObject({ sample: z.coerce.number().int().min(1).max(10_000).default(2_000) }),
  response: packDiff,
  async handle({ params: { digest }, query: { sample }, tx, services, now }) {
    const before = await services.packs.current(tx);
    const pack = await services.packs.byDigest(tx, digest);
    if (pack === undefined) throw noPack();
    const effect = await measureEffect(
      (work) => work(tx),
      before,
      { ...before, pack },
      {
        at: now.toISOString(),
        sample,
      },
    );
    const named = ({ id, version, digest: of }: typeof pack) => ({ id, version, digest: of });
    return {
      from: named(before.pack),
      to: named(pack),
      changes: diffPacks(before.pack, pack).map((one) => ({ ...one, fields: [...one.fields] })),
      effect,
    };
  },
});

const activate = defineEndpoint({
  method: 'post',
  path: '/policy/packs/:digest/activate',
  summary: "Asks for a second person's agreement that a pack come into force, or back into force.",
  act: 'policy.manage',
  params,
  body: proposePackBody,
  response: proposal,
  status: 202,
  handle({ params: { digest }, body, tx, identity, services, now }) {
    const asking = { ...askingOf({ identity, services, now }), packs: services.packs };
    return propose(tx, asking, { digest, ...body });
  },
});

/** Everything about rule packs. */
export const policyPacks = [list, read, load, diff, activate];

function presentPack({ packId, supersededAt: _, ...row }: KnownPack): PackSummary {
  return { id: packId, ...row };
}

function noPack(): HoldfastError {
  return new HoldfastError('not_found', 'There is no rule pack with this digest. Load it first.');
}
