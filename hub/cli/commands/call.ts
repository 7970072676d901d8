import { Command } from 'commander';
import { placeCalls } from '../../../recorder-core/siprec/client/place-calls.ts';
import type { CallOptions } from '../../../recorder-core/siprec/client/call-options.ts';
import type { RecordingClient } from '../../../recorder-core/siprec/client/recording-client.ts';
import { onStopSignal } from '../../processes/stop-signals.ts';
import { addCallSettings, type CallSettings } from '../call/call-settings.ts';
import { printEvent, printLoad, printReport } from '../call/print-call.ts';
import { openClient, readCall } from '../call/read-call.ts';
import { STEP_HELP } from '../call/read-steps.ts';

const EXAMPLES = `
Examples:
  holdfast call --target sip:recorder@192.0.2.1
  holdfast call --dialect oracle --transport tls --ca ca.pem --srtp AES_CM_128_HMAC_SHA1_80
  holdfast call --step 2:hold --step 4:resume --step 6:transfer=ports@1 --by update
  holdfast call --codec opus --loss 2 --burst 3 --reorder 1 --seed 7 --json
  holdfast call --calls 500 --rate 20 --duration 60`;

/** Plays calls to any SIPREC recorder, ours or another, and says what it sent. */
export const call = addCallSettings(
  new Command('call').description(
    'Plays a recorded call to a SIPREC recorder, as a session border controller would: real SIP, RTP and RTCP, in real time. Says what it sent, so that a recording can be compared octet by octet.',
  ),
)
  .addHelpText('after', `${STEP_HELP}\n${EXAMPLES}`)
  .action(async (settings: CallSettings) => {
    const asked = onStopSignal();
    const options = { ...(await readCall(settings, process.env)), signal: asked };
    const { client, close } = await openClient(settings, options);
    try {
      if (settings.calls === 1) await playOne(client, options, settings);
      else await playMany(client, options, settings);
    } finally {
      await close();
    }
  });

async function playOne(client: RecordingClient, options: CallOptions, { json }: CallSettings): Promise<void> {
  const report = await client.place({ ...options, ...(json !== true && { onEvent: printEvent }) });
  if (json === true) printJson(report);
  else printReport(report);
}

async function playMany(
  client: RecordingClient,
  options: CallOptions,
  settings: CallSettings,
): Promise<void> {
  const { calls, rate, atOnce, json } = settings;
  const { impairments } = options;
  const reports: unknown[] = [];
  const load = await placeCalls(
    client,
    (index) => ({
      ...options,
      ...(impairments && { impairments: { ...impairments, seed: impairments.seed + index } }),
    }),
    { calls, perSecond: rate, atOnce, ...(options.signal && { signal: options.signal }) },
    (ended, index) => {
      if (json === true && 'report' in ended) reports.push({ index, ...ended.report });
    },
  );
  if (json === true) printJson({ ...load, reports });
  else printLoad(load);
  if (load.completed < load.calls) process.exitCode = 1;
}

function printJson(report: unknown): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
