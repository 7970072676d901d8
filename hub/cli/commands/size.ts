import { Command, InvalidArgumentError, Option } from 'commander';
import {
  CODEC_BYTES_PER_SECOND,
  sizeRecorders,
  type SizedCodec,
  type SizingAnswer,
  type SizingQuestion,
} from '../../../recorder-core/capture/storage-sizing.ts';

interface Options extends Omit<SizingQuestion, 'payloadBytesPerSecond' | 'ptimeMs' | 'activeShare'> {
  readonly codec: SizedCodec;
  readonly bitrate?: number;
  readonly ptime: number;
  readonly active: number;
  readonly json?: true;
}

/** Tells what a traffic needs of disk, network and recorders. Asks nothing and changes nothing. */
export const size = new Command('size')
  .description('Calculates storage, ports, network and recorders for a given traffic.')
  .addOption(
    number('--calls-per-day <number>', 'Calls that begin in a day.', { min: 1 }).makeOptionMandatory(),
  )
  .addOption(number('--mean-seconds <number>', 'Mean length of a call.', { min: 1, by: 180 }))
  .addOption(number('--retention-days <number>', 'Days for which recordings are kept.', { min: 1, by: 365 }))
  .addOption(number('--copies <number>', 'Copies that the object store keeps.', { min: 1, by: 1 }))
  .addOption(
    new Option('--codec <name>', 'Codec of the media.')
      .choices(Object.keys(CODEC_BYTES_PER_SECOND))
      .default('PCMU'),
  )
  .addOption(
    number('--bitrate <bits>', "Payload in bits per second, in place of the codec's usual one.", {
      min: 100,
    }),
  )
  .addOption(number('--ptime <milliseconds>', 'Speech in a packet.', { min: 1, by: 20 }))
  .addOption(
    number('--active <share>', 'Share of the time in which packets come, with DTX.', { max: 1, by: 1 }),
  )
  .addOption(number('--streams <number>', 'Media streams of a call.', { min: 1, by: 2 }))
  .option('--srtp', 'The media comes as SRTP.', false)
  .addOption(
    number('--busy-hour-share <share>', "Share of a day's calls in its busiest hour.", { max: 1, by: 0.17 }),
  )
  .addOption(
    number('--calls-per-core <number>', 'Two-stream calls that a core carried in your measurement.', {
      min: 1,
      by: 300,
    }),
  )
  .addOption(number('--cores-per-node <number>', 'Cores of one recorder.', { min: 1, by: 4 }))
  .addOption(
    number('--spool-hours <hours>', 'Hours that the spool must bridge without the object store.', {
      min: 0,
      by: 24,
    }),
  )
  .option('--json', 'Print the answer as JSON.')
  .action((options: Options) => {
    const { codec, bitrate, ptime, active, json, ...rest } = options;
    const answer = sizeRecorders({
      ...rest,
      payloadBytesPerSecond: bitrate === undefined ? CODEC_BYTES_PER_SECOND[codec] : bitrate / 8,
      ptimeMs: ptime,
      activeShare: active,
    });
    process.stdout.write(json === true ? `${JSON.stringify(answer)}\n` : tableOf(answer));
  });

/** An option that takes a number within bounds, and says so where it is none. */
function number(
  flags: string,
  about: string,
  { min = 0, max = Infinity, by }: { min?: number; max?: number; by?: number },
): Option {
  const option = new Option(flags, about).argParser((text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min}${max === Infinity ? '' : ` to ${max}`}.`);
  });
  return by === undefined ? option : option.default(by);
}

function tableOf(answer: SizingAnswer): string {
  const rows: readonly (readonly [string, string])[] = [
    ['One stream, one hour', bytes(answer.bytesPerStreamHour)],
    ['One call, all of it', bytes(answer.bytesPerCall)],
    ['A day', bytes(answer.bytesPerDay)],
    ['Object store, all copies', bytes(answer.objectStoreBytes)],
    ['Spool, all recorders', bytes(answer.spoolBytes)],
    ['Calls at once, busiest hour', String(answer.callsAtOnce)],
    ['Calls a recorder, planned', String(answer.callsPerNode)],
    ['Recorders, one spare', String(answer.nodes)],
    ['UDP ports a recorder', String(answer.portsPerNode)],
    ['Media on the network', `${(answer.bitsPerSecond / 1e6).toFixed(1)} Mbit/s`],
    ['Written to disk', `${bytes(answer.writtenBytesPerSecond)}/s`],
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(30)}${value.padStart(14)}\n`).join('');
}

/** Decimal units, as disks are sold. */
function bytes(count: number): string {
  const power = Math.min(5, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const unit = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'][power] ?? 'PB';
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${unit}`;
}
