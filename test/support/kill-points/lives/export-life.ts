import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { requestExport } from '../../../../hub/exports/request-export.ts';
import { revokeExport } from '../../../../hub/exports/revoke-export.ts';
import { exportWorkflowId } from '../../../../workflows/ids.ts';
import type { Workplace } from '../workplace.ts';

const SETTINGS = {
  limits: { recordings: 10, bytes: 2 ** 40 },
  maxDays: 30,
  publicUrl: 'https://hub.example',
};

/** An export that is made, and taken back. Answers what there was of it, and what is left. */
export async function exportLife(place: Workplace): Promise<unknown> {
  const { bench, database, inTenant, tenantId } = place;
  const recordingIds = [await place.recorded(), await place.recorded()];
  const recipientKey = await identityToRecipient(await generateX25519Identity());
  const { id } = await inTenant((tx) =>
    requestExport(tx, place.asking(), SETTINGS, {
      purpose: 'Answer to the regulator',
      matter: null,
      recipient: 'Erika Expert',
      days: 7,
      choice: { recordingIds },
      recipientKey,
    }),
  );
  await database.waitFor("select 1 from export where id = $1 and state = 'ready'", [id]);
  const stored = (): Promise<string[]> =>
    readdir(join(bench.objects, 'exports', tenantId, id)).catch(() => []);
  const named = await database.asOwner<{ key: string }>(
    'select object_key as key from export where id = $1',
    [id],
  );
  const whole = (await stored()).some((file) => named[0]?.key.endsWith(file));
  await inTenant((tx) => revokeExport(tx, place.asking(), id, 'A mistake.'));
  await place.client.workflow.getHandle(exportWorkflowId({ exportId: id })).result();
  return {
    whole,
    left: await stored(),
    export: await database.asOwner('select state, ready_at is not null as made from export where id = $1', [
      id,
    ]),
    // Every attempt to make it is an entry.
    acts: [
      ...new Set((await Promise.all([id, ...recordingIds].map((each) => place.acts(each)))).flat()),
    ].sort(),
  };
}
