import { Command } from 'commander';
import { openDatabase, type Database } from '../../../recorder-core/records/database.ts';
import { listRecordings } from '../../../recorder-core/records/recordings.ts';
import type { Config } from '../../config/settings.ts';
import { makeSignInLink } from '../../identity/sign-in-link.ts';
import { readRecorderFile } from '../../config/read-recorder-file.ts';
import { sipAddresses, sipUriOf } from '../../config/recorder-addresses.ts';
import type { LedgerKeys } from '../../../recorder-core/records/signing-keys.ts';
import { checkThroughApi } from '../../main/check-recording.ts';
import { awaitRecording, tellJourney } from '../../main/journey.ts';
import { consoleUrl, openResources } from '../../main/open-resources.ts';
import { openProgress, type Progress } from '../../main/progress.ts';
import { placeSampleCall } from '../../main/sample-call.ts';
import { codecUrl, startProduct, SUPERVISED_SETTINGS, type RunningProduct } from '../../main/supervisor.ts';
import { verifyLedger, verifyRecordings } from '../../../recorder-core/records/verify-tenant.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Recording } from '../../../recorder-core/records/recordings.ts';
import { aborted, onStopSignal } from '../../processes/stop-signals.ts';
import { readCommandConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';
import { printEvent } from '../call/print-call.ts';

/** Runs the whole product on this machine. */
export const start = addSettings(
  new Command('start')
    .description('Starts everything on this machine; on an empty data folder it places a sample call.')
    .option('--once', 'Place a sample call, check the result, stop; exit 0 only when all of it was right.')
    .option('--no-sample', 'Place no sample call.'),
  'listed',
).action(async (options: Record<string, unknown>) => {
  const asked = onStopSignal();
  const progress = openProgress(undefined, asked);
  // On one machine the sample call's own client plays the part of the SBC that informs the parties.
  const config = readCommandConfig(options, SUPERVISED_SETTINGS, { announcement: 'by-recording-client' });
  progress.line('Holdfast starts');
  const product = await startProduct(config, temporalAddressOf(options), progress);
  try {
    await run(product, progress, {
      once: options['once'] === true,
      sample: options['sample'] !== false,
      asked,
    });
  } finally {
    await openProgress().step('everything is stopped', () => product.stop());
  }
});

function temporalAddressOf(options: Record<string, unknown>): string | undefined {
  const flag = options['temporalAddress'];
  return typeof flag === 'string'
    ? flag
    : (process.env['HOLDFAST_TEMPORAL_ADDRESS'] ?? process.env['TEMPORAL_ADDRESS']);
}

async function run(
  { config }: RunningProduct,
  progress: Progress,
  mode: { once: boolean; sample: boolean; asked: AbortSignal },
): Promise<void> {
  const db = openDatabase(config.postgresUrl, { max: 2 });
  try {
    const empty =
      (await db.forTenant(config.tenantId, (tx) => listRecordings(tx, { limit: 1 }))).length === 0;
    if (mode.once || (mode.sample && empty)) {
      const sample = recordSample(db, config, progress, mode.asked).then((recording) =>
        mode.once ? check(db, config, recording, progress) : undefined,
      );
      sample.catch(() => undefined); // its failure is told below, unless the person has gone
      await Promise.race([sample, aborted(mode.asked)]);
      if (mode.once && mode.asked.aborted)
        throw new HoldfastError('conflict', 'Stopped on request before the check was done.');
      if (mode.once || mode.asked.aborted) return;
    }
    progress.line('');
    progress.line(`  Console     ${consoleUrl(config)}`);
    progress.line(
      `  Sign in     ${await makeSignInLink(db, config.tenantId, consoleUrl(config), new Date())}  (once, within 15 minutes)`,
    );
    progress.line(`  SIP         ${sipUriOf(sipAddresses(config, readRecorderFile(config.recorderFile)))}`);
    if (config.startCodec)
      progress.line(`  Codec       ${codecUrl(config)}  (its bearer: holdfast codec-token)`);
    progress.line(`  Logs        ${config.data}/logs`);
    progress.line('  Ctrl-C stops everything.');
    await aborted(mode.asked);
    progress.line('');
  } finally {
    await db.close();
  }
}

async function recordSample(
  db: Database,
  config: Config,
  progress: Progress,
  signal: AbortSignal,
): Promise<Recording> {
  progress.line('  A sample call, over real SIPREC and RTP:');
  const target = sipUriOf(sipAddresses(config, readRecorderFile(config.recorderFile)));
  const report = await placeSampleCall({ target, transport: 'udp', onEvent: printEvent, signal });
  const recording = await awaitRecording(db, config.tenantId, report.dialogCallId);
  const retained = await tellJourney(db, config.tenantId, recording, (text) => {
    progress.line(text);
  });
  progress.line(`    see it      ${consoleUrl(config)}/recordings/${recording.id}`);
  return retained;
}

/** What `--once` promises: playback, digests, ledger, search. */
async function check(db: Database, config: Config, recording: Recording, progress: Progress): Promise<void> {
  for (const line of await checkThroughApi(
    db,
    config.tenantId,
    consoleUrl({ ...config, publicUrl: undefined }),
    recording,
    'harbour',
  )) {
    progress.line(`  ✓ ${line}`);
  }
  const resources = await openResources('verify', { ...config, logLevel: 'error' });
  try {
    const secrets = await resources.secrets();
    const ledgerKeys: LedgerKeys = (name) => secrets.signingKey(name);
    const now = new Date();
    const findings = [await verifyLedger(resources, config.tenantId, ledgerKeys, now)];
    for await (const finding of verifyRecordings(resources, config.tenantId, ledgerKeys, now, recording.id))
      findings.push(finding);
    for (const { ok, statement } of findings) progress.line(`  ${ok ? '✓' : '✗'} ${statement}`);
    if (findings.some(({ ok }) => !ok))
      throw new HoldfastError(
        'integrity_failed',
        'The verification found something that is not as it must be; see the lines above.',
      );
  } finally {
    await resources.close();
  }
}
