import { z } from 'zod';
import { firstFault } from '../../connectors/kit/first-fault.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { eventTypeOf } from './event-types.ts';
import type { EventType } from './event-type.ts';

/** The payload of Standard Webhooks (type, timestamp, data), with the sender's own count of changes beside it. */
const envelope = z.strictObject({
  type: z.string().regex(/^[a-z][a-z_-]*(\.[a-z][a-z_-]*)+$/),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  sequence: z.int().nonnegative().optional(),
  data: z.unknown(),
});

/** A message that its type understands. */
export interface ReadMessage {
  readonly type: EventType;
  readonly occurredAt: Date | undefined;
  readonly sequence: number | null;
  readonly data: unknown;
}

/**
 * Reads the body of a message.
 * @throws HoldfastError `invalid_input` naming the field, or `unsupported` for a type that nobody handles.
 */
export function readEnvelope(body: Uint8Array): ReadMessage {
  const { type: name, timestamp, sequence, data } = parse(envelope, parseJson(body), '');
  const type = eventTypeOf(name);
  if (type === undefined) {
    throw new HoldfastError(
      'unsupported',
      'No event of this type is taken here, so nothing was done. docs/events.md lists the types.',
      { field: '/type' },
    );
  }
  return {
    type,
    occurredAt: timestamp === undefined ? undefined : new Date(timestamp),
    sequence: sequence ?? null,
    data: parse(type.schema, data, '/data'),
  };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'The body is not JSON in UTF-8. Nothing was done with it.', {
      cause,
    });
  }
}

function parse<S extends z.ZodType>(schema: S, value: unknown, at: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, says } = firstFault(parsed.error);
  const field = [at, ...path.map(String)].join('/').slice(0, 200) || '/';
  throw new HoldfastError(
    'invalid_input',
    `${field}: ${says}. The event was refused and nothing was done; correct the field and send it under a new id.`,
    { field },
  );
}
