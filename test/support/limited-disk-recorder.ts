/**
 * Records a long call, which outgrows the disk, and a short one beside it, and prints what became of them. Run by
 * `runOnLimitedDisk`. Usage: node limited-disk-recorder.ts <spool> <key ring> <tenant id>
 */
import { openKekSource } from '../../recorder-core/capture/kek-source.ts';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { openRulePacks } from '../../recorder-core/records/rule-packs.ts';
import { openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import { startSpoolingRecorder } from './spooling-recorder.ts';

const [spool = '', keyRing = '', tenantId = ''] = process.argv.slice(2);
const makeId = (at: Date): string => newId(at.getTime());
const faults: { recordingId: string; code: string }[] = [];
const recorder = await startSpoolingRecorder(
  {
    spool,
    keks: openKekSource(await openLocalKeyRing(keyRing), makeId),
    newId: makeId,
    packs: await openRulePacks(),
  },
  tenantId,
  (recordingId, error) => {
    faults.push({ recordingId, code: isHoldfastError(error) ? error.code : String(error) });
  },
);
const voice = (octets: number, fill: number): Buffer => Buffer.alloc(octets, fill);
const long = recorder.call([voice(48_000, 1), voice(48_000, 2)]);
await long.answered;
await long.advanceTo(5_000);
const short = recorder.call([voice(4_000, 3), voice(4_000, 4)]);
await short.answered;
const { recordingId: shortId } = await short.finish();
const { recordingId: longId } = await long.finish();
process.stdout.write(JSON.stringify({ longId, shortId, faults, activeCalls: recorder.activeCalls }));
await recorder.stop();
