import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../errors.ts';
import { clientForm } from './client-body.ts';
import { realTimePacer } from './client-pacer.ts';
import { ClientStream } from './client-stream.ts';
import { GENERIC_DIALECT } from '../metadata-parser.ts';
import { PlayedCall, type CallTools } from './played-call.ts';
import type { CallOptions, CallReport } from './played-call-types.ts';

/** What a client needs: a started user agent, which it neither starts nor closes, and for tests a clock and randomness. */
export type RecordingClientOptions = Pick<CallTools, 'userAgent'> & Partial<CallTools>;

/**
 * A SIPREC source (RFC 7866 section 6.1) for tests, demonstrations and people who ask what to test
 * with: places a call, sends each party's audio in real time, hangs up, and says what it sent.
 */
export class RecordingClient {
  readonly #tools: CallTools;

  constructor(options: RecordingClientOptions) {
    this.#tools = { pacer: realTimePacer, now: Date.now, random: randomBytes, ...options };
  }

  /**
   * Plays one call; several may run at once.
   *
   * @throws HoldfastError `invalid_input` for a call that cannot be played; what the user agent says
   * when the recorder refuses; `unsupported` when its answer leaves no line to send on. Whatever
   * happens, the ports are closed and an open dialog is ended.
   */
  async place(options: CallOptions): Promise<CallReport> {
    const form = clientForm(options.dialect ?? GENERIC_DIALECT);
    const labels = labelsOf(options);
    const address = options.localAddress ?? '127.0.0.1';
    const streams: ClientStream[] = [];
    try {
      for (const [index, party] of options.parties.entries()) {
        const random = this.#tools.random(10);
        streams.push(
          await ClientStream.open(labels[index] ?? String(index + 1), party.audio, address, random),
        );
      }
      return await new PlayedCall(options, form, streams, address, this.#tools).run();
    } finally {
      await Promise.all(streams.map((stream) => stream.close()));
    }
  }
}

/** G.711 at 8 kHz. */
const OCTETS_PER_MS = 8;

function labelsOf(options: CallOptions): string[] {
  const labels = options.parties.map((party, index) => party.label ?? String(index + 1));
  const silent = options.parties.every((party) => party.audio.length === 0);
  if (labels.length === 0 || silent || new Set(labels).size < labels.length) {
    throw new HoldfastError(
      'invalid_input',
      'A call needs at least one party with audio, and a label of its own for each; correct the parties.',
      { field: 'parties' },
    );
  }
  const longest = Math.max(...options.parties.map((party) => party.audio.length)) / OCTETS_PER_MS;
  const { hold } = options;
  if (hold !== undefined && !(hold.afterMs >= 0 && hold.afterMs < longest && hold.forMs >= 0)) {
    throw new HoldfastError(
      'invalid_input',
      'The hold would begin after the audio has ended; let it begin earlier.',
      {
        field: 'hold',
      },
    );
  }
  return labels;
}
