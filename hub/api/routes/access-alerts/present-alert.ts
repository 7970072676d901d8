import type { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import {
  listTouchedIn,
  readAccessAlert,
  readAlertCountry,
  type StoredAlert,
} from '../../../../recorder-core/records/access-alerts.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import type { Caller } from '../../../access/caller.ts';
import { seenRecordings } from '../../seen-recordings.ts';
import type { accessAlert, accessAlertDetail } from '../../schemas/access-alert.ts';

/** An alert as lists show it to a person. */
export function presentAlert(found: StoredAlert, readerId: string): z.input<typeof accessAlert> {
  const { userId, userName, from, to, raisedAt, acknowledged, ...alert } = found;
  return {
    ...alert,
    person: { id: userId, name: userName },
    from: from.toISOString(),
    to: to.toISOString(),
    raisedAt: raisedAt.toISOString(),
    acknowledged: acknowledged && {
      by: acknowledged.by.name,
      at: acknowledged.at.toISOString(),
      reason: acknowledged.reason,
    },
    own: userId === readerId,
  };
}

/** One alert with what was touched, as far as the reader may see it. @throws HoldfastError `not_found`. */
export async function readAlertDetail(
  tx: Tx,
  alertId: string,
  caller: Caller,
  now: Date,
): Promise<z.input<typeof accessAlertDetail>> {
  const found = await readAccessAlert(tx, alertId);
  if (found === undefined)
    throw new HoldfastError('not_found', 'There is no alert of access with this id in your tenant.');
  const touched = await listTouchedIn(tx, found);
  const recordings = touched
    .filter(({ object }) => object.type === 'recording')
    .map(({ object }) => object.id);
  const seen = new Set((await seenRecordings(tx, caller, now, recordings))(recordings).recordingIds);
  const shown = touched.filter(({ object }) => object.type !== 'recording' || seen.has(object.id));
  return {
    ...presentAlert(found, caller.user.id),
    country: await readAlertCountry(tx, found),
    touched: shown,
    withheld: touched.length - shown.length,
  };
}
