import { Command } from 'commander';
import { placeSampleCall } from '../../main/sample-call.ts';
import type { CallEvent, CallReport } from '../../../recorder-core/siprec/client/call-report.ts';

interface Options {
  readonly target: string;
  readonly transport: string;
}

/** Places the sample call to any SIPREC recorder, ours or another. */
export const call = new Command('call')
  .description('Places a recorded call over real SIPREC and RTP: two voices, in real time.')
  .option('--target <uri>', 'SIP URI of the recorder.', 'sip:recorder@127.0.0.1:5060')
  .option('--transport <udp|tcp>', 'Transport of the signalling.', 'udp')
  .action(async ({ target, transport }: Options) => {
    const report = await placeSampleCall({
      target,
      transport: transport === 'tcp' ? 'tcp' : 'udp',
      onEvent: printEvent,
    });
    printReport(report);
  });

/** A call's events as lines for a person. */
export function printEvent(event: CallEvent): void {
  process.stdout.write(`    ${describeEvent(event)}\n`);
}

function describeEvent(event: CallEvent): string {
  switch (event.type) {
    case 'inviting':
      return `INVITE      ${event.target}`;
    case 'answered':
      return `${event.status} OK      ${event.streams.map(({ label, target }) => `stream ${label} to ${target === undefined ? 'nowhere' : `port ${target.port}`}`).join(', ')}`;
    case 'held':
    case 'resumed':
      return `${event.type}        at ${(event.atMs / 1000).toFixed(1)} s by the ${event.by}`;
    case 'ended':
      return `BYE         by the ${event.by}`;
    case 'passed-on':
      return `${event.status ?? 'no answer'}        the next target is tried`;
    case 'snapshot':
      return `metadata    asked for again at ${(event.atMs / 1000).toFixed(1)} s by the recorder`;
    case 'changed':
      return `${event.what}        at ${(event.atMs / 1000).toFixed(1)} s`;
  }
}

function printReport({ streams, callId }: CallReport): void {
  process.stdout.write(`    call        ${callId}\n`);
  for (const { label, packets, sha256 } of streams) {
    process.stdout.write(
      `    sent        stream ${label}: ${packets} packets, SHA-256 of the audio ${sha256}\n`,
    );
  }
}
