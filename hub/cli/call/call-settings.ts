import { InvalidArgumentError, Option, type Command } from 'commander';
import { OFFER_FORMS, type OfferForm } from '../../../recorder-core/siprec/client/call-options.ts';
import { clientDialects } from '../../../recorder-core/siprec/client/signalling/client-dialect.ts';
import { codecNames, type CodecName } from '../../../recorder-core/siprec/client/tracks/client-codec.ts';
import { SUITES_BY_PREFERENCE } from '../../../recorder-core/media/srtp/srtp-suites.ts';
import type { SrtpSuite } from '../../../recorder-core/media/srtp/srtp-keys.ts';

/** What the command line says about the call to play. */
export interface CallSettings {
  readonly target: readonly string[];
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly local?: string;
  readonly user?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: true;
  readonly dialect: string;
  readonly offer: OfferForm;
  readonly step: readonly string[];
  readonly by: 'invite' | 'update';
  readonly codec: CodecName;
  readonly ptime: number;
  readonly audio: readonly string[];
  readonly duration?: number;
  readonly dtmf?: string;
  readonly dtx?: 'comfort-noise' | 'none';
  readonly srtp?: SrtpSuite | 'mixed';
  readonly rtcp: boolean;
  readonly skew: readonly number[];
  readonly seed: number;
  readonly loss: number;
  readonly burst: number;
  readonly reorder: number;
  readonly duplicates: number;
  readonly jitter: number;
  readonly late: number;
  readonly calls: number;
  readonly rate: number;
  readonly atOnce: number;
  readonly json?: true;
}

const DEFAULT_TARGET = 'sip:recorder@127.0.0.1:5060';

/** Gives a command the options of `CallSettings`, in groups. */
export function addCallSettings(command: Command): Command {
  const groups: readonly [string, readonly Option[]][] = [
    ['Where to:', whereTo()],
    ['Signalling:', signalling()],
    ['Media:', media()],
    ['A bad network (shares in percent, the same for the same seed):', badNetwork()],
    ['Many calls, and the report:', load()],
  ];
  for (const [heading, options] of groups)
    for (const option of options) command.addOption(option.helpGroup(heading));
  return command;
}

function whereTo(): Option[] {
  return [
    new Option('--target <uri>', 'SIP URI of the recorder; of several, the next is tried when one refuses.')
      .argParser((uri: string, given: readonly string[]) =>
        given[0] === DEFAULT_TARGET && given.length === 1 ? [uri] : [...given, uri],
      )
      .default([DEFAULT_TARGET], DEFAULT_TARGET),
    choice('--transport <name>', 'Transport of the signalling.', ['udp', 'tcp', 'tls'], 'udp'),
    new Option(
      '--local <address>',
      'Own address for signalling and media; the one that leads to the target.',
    ),
    new Option('--user <name>', 'Answer a challenge; the password is taken from HOLDFAST_CALL_PASSWORD.'),
    new Option('--ca <file>', 'With TLS: authorities that vouch for the recorder, PEM.'),
    new Option('--cert <file>', 'With TLS: our certificate, PEM.'),
    new Option('--key <file>', 'With TLS: its key, PEM.'),
    new Option('--insecure', 'With TLS: take any certificate.'),
  ];
}

function signalling(): Option[] {
  return [
    choice('--dialect <name>', 'Play this vendor.', clientDialects(), 'rfc7865'),
    choice('--offer <form>', 'What the INVITE says.', OFFER_FORMS, 'both'),
    new Option('--step <seconds:what>', 'Something that happens in the call; see below. Repeatable.')
      .argParser(collect)
      .default([], 'none'),
    choice('--by <method>', 'How changes in mid-call go out.', ['invite', 'update'], 'invite'),
  ];
}

function media(): Option[] {
  return [
    choice('--codec <name>', 'Codec of all lines.', codecNames(), 'pcmu'),
    number('--ptime <ms>', 'Speech in a packet.', 20),
    new Option(
      '--audio <file>',
      'Audio of the parties in turn: WAV, Ogg Opus, AMR, or bare octets of the codec.',
    )
      .argParser(collect)
      .default([], 'the sample call'),
    new Option('--duration <seconds>', 'Length of the call; the audio is repeated or cut.').argParser(
      parseNumber,
    ),
    new Option('--dtmf <keys>', 'Keys the first party presses after one second.'),
    choice('--dtx <filler>', 'Leave silence out.', ['comfort-noise', 'none']),
    choice('--srtp <suite>', 'Secure the lines; mixed: every other.', [...SUITES_BY_PREFERENCE, 'mixed']),
    new Option('--no-rtcp', 'Send no sender reports.'),
    new Option('--skew <ppm,ppm>', "How much faster each party's clock runs than the wall clock.")
      .argParser((text: string) => text.split(',').map(parseNumber))
      .default([], '0'),
  ];
}

function badNetwork(): Option[] {
  return [
    number('--seed <number>', 'What all of it follows from.', 1),
    number('--loss <percent>', 'Packets never sent.', 0),
    number('--burst <packets>', 'Mean number of packets lost in a row.', 1),
    number('--reorder <percent>', 'Packets overtaken by the next.', 0),
    number('--duplicates <percent>', 'Packets sent twice.', 0),
    number('--jitter <ms>', 'Most that a packet is delayed.', 0),
    number('--late <percent>', 'Packets half a second late.', 0),
  ];
}

function load(): Option[] {
  return [
    number('--calls <number>', 'How many calls.', 1, 1),
    number('--rate <number>', 'Calls begun in a second.', 10, 0.001),
    number('--at-once <number>', 'Most calls at the same time.', 1000, 1),
    new Option('--json', 'Print the report as one line of JSON, and nothing else.'),
  ];
}

function choice(flags: string, description: string, choices: readonly string[], preset?: string): Option {
  const option = new Option(flags, description).choices(choices);
  return preset === undefined ? option : option.default(preset);
}

function number(flags: string, description: string, preset: number, least = 0): Option {
  const read = (text: string): number => {
    const value = parseNumber(text);
    if (value < least) throw new InvalidArgumentError(`It is less than ${least}.`);
    return value;
  };
  return new Option(flags, description).argParser(read).default(preset);
}

function collect(value: string, given: readonly string[]): string[] {
  return [...given, value];
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is not a number.');
  return value;
}
