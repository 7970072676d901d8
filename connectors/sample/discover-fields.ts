import { z } from 'zod';
import { fieldName, fieldType, type Catalog } from '../kit/fields.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { callSample, collectionPath, type SampleContext } from './client.ts';

const answered = z.array(
  z.object({ name: fieldName, title: z.string(), type: fieldType, readOnly: z.boolean() }),
);

/** The fields of the configured collection. */
export async function discoverFields(ctx: SampleContext): Promise<Catalog> {
  const answer = await callSample(ctx, { method: 'GET', path: collectionPath(ctx), effect: 'read' });
  const parsed = answered.safeParse(answer['fields']);
  if (!parsed.success)
    throw new RemoteFailure(
      remoteError('config', 'Sample describes its fields in a form that this version does not know.'),
    );
  const fields = parsed.data.map(({ readOnly, ...field }) => ({
    ...field,
    required: false,
    writable: !readOnly,
  }));
  return { objects: [{ name: ctx.config.collection, title: ctx.config.collection, fields }] };
}
