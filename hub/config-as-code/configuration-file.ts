import { z } from 'zod';
import { credential } from '../../connectors/kit/auth.ts';
import { fieldName, fieldType, mappingRow } from '../../connectors/kit/fields.ts';
import { ROLES } from '../../recorder-core/policy/access.ts';
import { BOUNDS_OF_LEVELS } from '../../recorder-core/policy/incident-levels.ts';
import { MAX_RESHAPE } from '../connections/mapping/reshape/reshape-pool.ts';

const name = z.string().trim().min(1).max(100);

/** A row of a mapping; what is usual may be left out. */
const row = z.strictObject({
  target: fieldName,
  expr: mappingRow.shape.expr,
  type: fieldType.default('text'),
  onNull: mappingRow.shape.onNull.default('skip'),
  onError: mappingRow.shape.onError.default('reject'),
  redact: z.boolean().default(false),
});

const connection = z.strictObject({
  name,
  connector: z.string().min(1).max(64),
  /** Checked by the connector's own schema. */
  config: z.record(z.string(), z.json()).default({}),
  /** Its secret fields hold references; the credential that is there stays where it is left out. */
  credential: z
    .looseObject({ type: z.enum(credential.options.map(({ shape }) => shape.type.value)) })
    .exactOptional(),
  /** Rows by operation; what is there stays, or the connector's own rows, where it is left out. */
  mappings: z.record(z.string().max(100), z.array(row).max(500)).exactOptional(),
  /** JSONata by operation, before its rows; what is there stays where it is left out. */
  reshapes: z.record(z.string().max(100), z.string().min(1).max(MAX_RESHAPE)).exactOptional(),
});

const webhook = z.strictObject({
  name,
  description: z.string().max(500).default(''),
  url: z.url({ protocol: /^https?$/ }),
  types: z.array(z.string().min(1).max(64)).min(1).max(100),
  signing: z.enum(['ed25519', 'hmac']).default('ed25519'),
});

const levels = z
  .array(
    z.strictObject({
      afterMinutes: z.int().min(0).max(BOUNDS_OF_LEVELS.minutes),
      roles: z.array(z.enum(ROLES)).max(ROLES.length).default([]),
      /** By id: names of people do not belong in a file. */
      people: z.array(z.uuid()).max(BOUNDS_OF_LEVELS.people).default([]),
      /** By name, as everywhere in a file. */
      connections: z.array(name).max(BOUNDS_OF_LEVELS.connections).default([]),
    }),
  )
  .min(1)
  .max(BOUNDS_OF_LEVELS.levels);
const incidentLevels = z.strictObject({ critical: levels, high: levels, medium: levels, low: levels });

/** What a file may say, version 1. */
export const configurationFile = z.strictObject({
  holdfast: z.literal(1),
  /** What this file speaks for: what it no longer names may be removed, what another file named may not. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens')
    .default('main'),
  connections: z.array(connection).max(500).default([]),
  webhooks: z.array(webhook).max(500).default([]),
  /** Who is called about incidents; left out, this file does not speak for it. */
  incidentLevels: incidentLevels.exactOptional(),
});
export type ConfigurationFile = z.infer<typeof configurationFile>;

/** JSON Schema 2020-12 of a file, for editors. */
export function configurationFileSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configurationFile, { io: 'input' });
}

export type WantedConnection = ConfigurationFile['connections'][number];
export type WantedWebhook = ConfigurationFile['webhooks'][number];
export type WrittenLevels = NonNullable<ConfigurationFile['incidentLevels']>;
