import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { cosign } from '../../recorder-core/ledger/cosignature.ts';
import {
  judgeSubmission,
  readSubmission,
  type Submission,
} from '../../recorder-core/ledger/judge-checkpoint.ts';
import { parseNote } from '../../recorder-core/ledger/signed-note.ts';
import type { Logger } from '../observability/logger.ts';
import type { TrustedLogs } from './trusted-logs.ts';
import type { WitnessState } from './witness-state.ts';

/** What a witness works with. */
export interface WitnessParts {
  readonly state: Pick<
    WitnessState,
    'name' | 'privateKey' | 'verifierKey' | 'cosigned' | 'keep' | 'keepEvidence'
  >;
  readonly logs: Pick<TrustedLogs, 'refresh' | 'pinnedAt'>;
  readonly now: () => Date;
  readonly log: Logger;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A note of ours with all its cosignatures has a tenth of this. */
const MOST_BYTES = 65_536;
const REQUEST_TIMEOUT_MS = 10_000;
const MOST_CONNECTIONS = 256;

/**
 * The HTTP side of a witness (https://c2sp.org/tlog-witness), not yet listening. Requests for one log run one after
 * the other, and a cosignature leaves only when what it is for has reached the disk.
 */
export function makeWitnessServer(parts: WitnessParts): Server {
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <T>(origin: string, work: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(origin) ?? Promise.resolve()).then(work);
    turns.set(
      origin,
      turn.catch(() => undefined),
    );
    return turn;
  };
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      answerTo(parts, request, inTurn)
        .catch((error: unknown) => {
          parts.log.error({ error }, 'the witness could not answer');
          return text(500, 'The witness could not keep what it would have signed, so it signed nothing.');
        })
        .then((answer) => {
          send(response, answer);
        })
        .catch(() => undefined); // the asker went away
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

async function answerTo(
  parts: WitnessParts,
  request: IncomingMessage,
  inTurn: <T>(origin: string, work: () => Promise<T>) => Promise<T>,
): Promise<Answer> {
  if (request.method === 'GET' && request.url === '/healthz') return text(200, parts.state.verifierKey);
  if (request.url !== '/add-checkpoint') return text(404, 'There are /add-checkpoint and /healthz.');
  if (request.method !== 'POST') return text(405, 'Checkpoints are sent with POST.');
  const body = await readBody(request);
  if (body === undefined) return text(413, 'The request is too large.');
  await parts.logs.refresh();
  const submission = readSubmission(body, parts.logs.pinnedAt(parts.now()));
  if ('status' in submission) {
    parts.log.warn(
      { status: submission.status },
      'a checkpoint was refused before its content was looked at',
    );
    return text(submission.status, submission.reason);
  }
  return inTurn(submission.opened.origin, () => cosignSubmission(parts, submission));
}

async function cosignSubmission({ state, log, now }: WitnessParts, submission: Submission): Promise<Answer> {
  const { opened, checkpoint } = submission;
  const { origin, size } = opened;
  const known = state.cosigned(origin);
  const refusal = judgeSubmission(submission, known);
  if (refusal?.size !== undefined && submission.oldSize !== refusal.size) {
    log.info({ origin, size, cosigned: refusal.size }, 'told a log what was cosigned last');
    return { status: 409, type: 'text/x.tlog.size', body: `${refusal.size}\n` };
  }
  if (refusal !== undefined) {
    log.error(
      { origin, size, status: refusal.status },
      'a log signed a checkpoint that does not extend what was cosigned; it is kept as evidence',
    );
    await state.keepEvidence(checkpoint);
    return refusal.size === undefined
      ? text(refusal.status, refusal.reason)
      : { status: 409, type: 'text/x.tlog.size', body: `${refusal.size}\n` };
  }
  if (known?.size !== size) await state.keep(opened, checkpoint);
  const line = cosign(parseNote(checkpoint).text, state.name, state.privateKey, now());
  log.info({ origin, size }, 'cosigned');
  return text(200, line);
}

/** The body, or undefined where it is longer than any request. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function text(status: number, line: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n` };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
}
