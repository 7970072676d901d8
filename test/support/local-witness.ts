import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WitnessTarget } from '../../hub/anchoring/anchor-config.ts';
import { openLogger } from '../../hub/observability/logger.ts';
import { startWitness, type RunningWitness } from '../../hub/witness/start-witness.ts';
import { WitnessState } from '../../hub/witness/witness-state.ts';
import { parseCosignerKey } from '../../recorder-core/ledger/cosignature.ts';
import { verifierKeyText } from '../../recorder-core/ledger/signed-note.ts';
import { formatTrustFile, type TrustedKey } from '../../recorder-core/ledger/trust-file.ts';

/** A real witness on a socket and a folder of its own; its address stays the same when it is started again. */
export interface LocalWitness {
  readonly folder: string;
  /** Folder of its key and what it cosigned. */
  readonly state: string;
  readonly target: WitnessTarget;
  /** Makes these the logs it serves. */
  pin(logs: readonly { readonly origin: string; readonly keys: readonly TrustedKey[] }[]): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/** Makes and starts a witness that serves no log yet. */
export async function openLocalWitness(name = 'witness.example/w1'): Promise<LocalWitness> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-witness-'));
  const [state, trustLogs] = [join(folder, 'state'), join(folder, 'trust.json')];
  await WitnessState.create(state, name);
  const pin: LocalWitness['pin'] = async (logs) => {
    const trust = formatTrustFile({
      format: 'holdfast-trust/1',
      logs,
      witnesses: { quorum: 0, keys: [] },
      timestamps: { required: false, authorities: [] },
    });
    await writeFile(`${trustLogs}.new`, trust);
    await rename(`${trustLogs}.new`, trustLogs);
  };
  let running: RunningWitness | undefined;
  let port = 0;
  const start = async (): Promise<void> => {
    running = await startWitness({
      state,
      trustLogs,
      host: '127.0.0.1',
      port,
      log: openLogger('witness', 'test', 'silent'),
    });
    port = Number(new URL(running.url).port);
  };
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  const { verifierKey } = await WitnessState.open(state);
  // A trust file names at least one log.
  const { publicKey } = generateKeyPairSync('ed25519');
  await pin([
    {
      origin: 'holdfast/none',
      keys: [
        { key: verifierKeyText('holdfast/none', publicKey), from: '2020-01-01T00:00:00.000Z', until: null },
      ],
    },
  ]);
  await start();
  return {
    folder,
    state,
    target: { key: parseCosignerKey(verifierKey), url: `http://127.0.0.1:${port}/` },
    pin,
    start,
    stop,
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
