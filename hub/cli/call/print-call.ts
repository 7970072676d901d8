import type { CallEvent, CallReport, SentStream } from '../../../recorder-core/siprec/client/call-report.ts';
import type { LoadReport } from '../../../recorder-core/siprec/client/place-calls.ts';

/** What is shown of lost packets before the rest is only counted. */
const MOST_GAPS = 8;

/** A call's events as lines for a person. */
export function printEvent(event: CallEvent): void {
  line(...describeEvent(event));
}

/** What was sent, to be compared with a recording. */
export function printReport({ streams, callId, dialogCallId, setupMs, target }: CallReport): void {
  line('call', `${callId}, SIP Call-ID ${dialogCallId}`);
  line('set-up', `${setupMs.toFixed(1)} ms with ${target}`);
  for (const stream of streams) printStream(stream);
}

/** Many calls in a few lines. */
export function printLoad(report: LoadReport): void {
  const { calls, completed, failures, mostAtOnce, setupMs, packets, lostPackets } = report;
  line('calls', `${completed} of ${calls} completed, ${mostAtOnce} at once at most`);
  for (const [name, count] of Object.entries(failures)) line('failed', `${count} with ${name}`);
  line('set-up', `p50 ${setupMs.p50} ms, p99 ${setupMs.p99} ms, longest ${setupMs.max} ms`);
  line('sent', `${packets} packets, ${lostPackets} more lost on purpose`);
}

function printStream(stream: SentStream): void {
  const { label, packets, payloadBytes, codec, suite, sha256 } = stream;
  line(
    'sent',
    `stream ${label}: ${packets} packets, ${payloadBytes} octets of ${codec}${suite === undefined ? '' : ` under ${suite}`}`,
  );
  line('', `SHA-256 of the payloads ${sha256}`);
  const notes = (['duplicates', 'reordered', 'late', 'withheld', 'keyPresses', 'sendErrors'] as const)
    .filter((name) => stream[name] > 0)
    .map((name) => `${name} ${stream[name]}`);
  if (notes.length > 0) line('', notes.join(', '));
  if (stream.lostPackets > 0) {
    const gaps = stream.lost.map(({ firstSequence, packets: count }) =>
      count === 1 ? `${firstSequence}` : `${firstSequence}+${count}`,
    );
    const rest = gaps.length > MOST_GAPS ? ` and ${gaps.length - MOST_GAPS} more gaps` : '';
    line('', `lost ${stream.lostPackets}: ${gaps.slice(0, MOST_GAPS).join(' ')}${rest}`);
  }
}

function describeEvent(event: CallEvent): [what: string, text: string] {
  switch (event.type) {
    case 'inviting':
      return ['INVITE', event.target];
    case 'passed-on':
      return [String(event.status ?? 'no answer'), 'the next target is tried'];
    case 'answered':
      return [
        `${event.status} OK`,
        event.streams
          .map(
            ({ label, target }) =>
              `stream ${label} to ${target === undefined ? 'nowhere' : `port ${target.port}`}`,
          )
          .join(', '),
      ];
    case 'held':
    case 'resumed':
      return [event.type, `at ${seconds(event.atMs)} by the ${event.by}`];
    case 'changed':
      return [event.what, `at ${seconds(event.atMs)}`];
    case 'snapshot':
      return ['metadata', `asked for again at ${seconds(event.atMs)} by the recorder`];
    case 'ended':
      return ['BYE', `by the ${event.by}`];
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function line(what: string, text: string): void {
  process.stdout.write(`    ${what.padEnd(10)}  ${text}\n`);
}
