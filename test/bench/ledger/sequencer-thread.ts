/** The sequencer as the worker role runs it, in a thread of its own; tells what it placed and what went wrong. */
import { parentPort, workerData } from 'node:worker_threads';
import { LedgerSequencer } from '../../../hub/worker/ledger-sequencer.ts';
import { openDatabase, openPool } from '../../../recorder-core/records/database.ts';

const { appUrl, dispatcherUrl } = workerData as { readonly appUrl: string; readonly dispatcherUrl: string };
const db = openDatabase(appUrl, { max: 1 });
const pool = openPool(dispatcherUrl, 1);
const sequencer = new LedgerSequencer({
  db,
  pool,
  onPlaced: (placed) => parentPort?.postMessage({ placed }),
  onFault: (error) => parentPort?.postMessage({ fault: String(error) }),
});
sequencer.start();

parentPort?.once('message', () => {
  void sequencer
    .close()
    .then(() => Promise.all([db.close(), pool.end()]))
    .then(() => parentPort?.close());
});
