import { z } from 'zod';
import { isBareOrigin } from '../kit/addresses.ts';

/** An identifier that Snowflake takes without quotes and keeps in capitals. */
const identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be letters, digits or "_", not beginning with a digit');

const origin = z
  .url({ protocol: /^https$/, error: 'must be a complete https address' })
  .refine(isBareOrigin, 'must be only scheme, host and port, without user, path or query');

/** Both together stay below what the host allows for one answer, so that a statement never runs on without us. */
export const STATEMENT_LIMITS = {
  STATEMENT_TIMEOUT_IN_SECONDS: 20,
  STATEMENT_QUEUED_TIMEOUT_IN_SECONDS: 8,
} as const;

/** What a person configures; no secret stands here. */
export const snowflakeConfig = z.strictObject({
  url: origin.meta({
    title: 'Address',
    description: 'Where the account answers, for example https://acme-calls.snowflakecomputing.com.',
    order: 1,
  }),
  account: z
    .string()
    .regex(
      /^(?=.{1,128}$)[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*$/,
      'must be the account identifier, for example acme-calls',
    )
    .meta({
      title: 'Account identifier',
      description: 'Organisation and account, for example acme-calls; the token of the key names it.',
      order: 2,
    }),
  role: identifier.meta({
    title: 'Role',
    description: 'The role of the loader; setup.sql makes one that may do no more than it must.',
    order: 3,
  }),
  warehouse: identifier.meta({
    title: 'Warehouse',
    description: 'Runs the statements; the smallest size is enough.',
    order: 4,
  }),
  database: identifier.meta({ title: 'Database', description: 'Holds the schema of the table.', order: 5 }),
  schema: identifier.meta({ title: 'Schema', description: 'Holds the table and the stage.', order: 6 }),
  table: identifier.default('RECORDINGS').meta({
    title: 'Table',
    description: 'One row for each recording; made at the first delivery where the role may do that.',
    order: 7,
  }),
  stage: identifier.default('HOLDFAST_STAGE').meta({
    title: 'Stage',
    description: 'The internal stage that large batches go through.',
    order: 8,
  }),
  stageUrl: origin.optional().meta({
    title: 'Address of the stage',
    description:
      'The storage behind the stage: https and the host of type STAGE in SYSTEM$ALLOWLIST(). Left out, batches go as statements only, which is slower for large ones.',
    order: 9,
  }),
  addColumns: z.boolean().default(true).meta({
    title: 'Add columns',
    description:
      'Whether a mapped field without a column gets one. Otherwise its records are refused until somebody adds it.',
    order: 10,
  }),
  way: z.enum(['driver', 'sql-api']).default('driver').meta({
    title: 'Way',
    description:
      "driver: the vendor's own client, with the stage for large batches. sql-api: plain HTTP statements without a session, for small volumes; it uses no stage.",
    order: 11,
  }),
});
export type SnowflakeConfig = z.infer<typeof snowflakeConfig>;

/** Whether large batches go by the stage: where its address is known, and there is a driver to put files there. */
export function usesStage({ stageUrl, way }: Pick<SnowflakeConfig, 'stageUrl' | 'way'>): boolean {
  return stageUrl !== undefined && way === 'driver';
}
