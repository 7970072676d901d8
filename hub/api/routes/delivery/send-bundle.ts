import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import {
  countFetches,
  endFetch,
  insertFetch,
  isAllSent,
  type FetchOutcome,
} from '../../../../recorder-core/records/export-fetches.ts';
import type { ExportBundle } from '../../../../recorder-core/records/exports.ts';
import type { OpenObject } from '../../../../recorder-core/vault/object-store.ts';
import { readByteRange, type ByteRange } from '../../../exports/byte-range.ts';
import type { Services } from '../../services.ts';
import type { DownloadSlots } from './download-slots.ts';
import type { Handing } from './handover.ts';
import { noteDelivery } from './note-delivery.ts';
import { bundleName } from './pages.ts';
import { decideNow, watchHandover, type Ending } from './watch-handover.ts';

const HOUR_MS = 3_600_000;
/** Enough for any program that fetches in pieces, and no more: each is a leaf. */
const RANGES_PER_HOUR = 600;
const READ_BYTES = 256 * 1024;
/** A recipient who takes nothing for so long has gone. */
const IDLE_MS = 120_000;

/**
 * Sends the bundle or the range of it that was asked for. The range is in the ledger before its first byte leaves, and
 * the connection is cut the moment the link does not hand it over any more.
 */
export async function sendBundle(
  services: Services,
  slots: DownloadSlots,
  handing: Handing,
  request: Request,
  response: Response,
  now: Date,
): Promise<void> {
  const bundle = requireBundle(handing);
  const tag = `"${bundle.sha256}"`;
  const condition = request.get('If-Range');
  const wanted = condition === undefined || condition === tag ? request.get('Range') : undefined;
  const range = readByteRange(wanted, bundle.size);
  if (range === 'unsatisfiable') {
    response.status(416).set('Content-Range', `bytes */${bundle.size}`).end();
    return;
  }
  if (request.method === 'HEAD') {
    setHead(response, handing, bundle, range, tag);
    response.end();
    return;
  }
  const giveBack = slots.take(handing.link.id);
  try {
    const fetchId = await noteFetch(services, handing, range, now);
    setHead(response, handing, bundle, range, tag);
    const { sent, outcome } = await transfer(services, handing, bundle, range, response);
    await noteEnd(services, handing, bundle, { fetchId, sent, outcome });
  } finally {
    giveBack();
  }
}

/** Sends the small object by which a certificate opens the bundle. */
export async function sendKey(
  services: Services,
  handing: Handing,
  response: Response,
  now: Date,
): Promise<void> {
  const { envelopeKey } = requireBundle(handing);
  if (envelopeKey === null)
    throw new HoldfastError('not_found', 'This bundle is encrypted to your age key and has no further key.');
  await services.db.forTenant(handing.tenantId, (tx) =>
    noteDelivery(tx, handing, now, { act: 'export.fetched', outcome: 'allowed', facts: { key: true } }),
  );
  const object = await services.objects.open(envelopeKey);
  try {
    response
      .set({
        'Content-Disposition': `attachment; filename="${bundleName(handing.found.id).replace('.age', '.p7m')}"`,
        'Cache-Control': 'no-store',
      })
      .type('application/pkcs7-mime')
      .send(await object.read(0, object.size));
  } finally {
    await object.close();
  }
}

function requireBundle({ found: { bundle } }: Handing): ExportBundle {
  if (bundle === null) throw new Error('An open link has a bundle.');
  return bundle;
}

function setHead(
  response: Response,
  { found }: Handing,
  { size }: ExportBundle,
  { start, end, partial }: ByteRange,
  tag: string,
): void {
  response.status(partial ? 206 : 200).set({
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${bundleName(found.id)}"`,
    'Content-Length': String(end - start),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-store',
    ETag: tag,
    ...(partial ? { 'Content-Range': `bytes ${start}-${end - 1}/${size}` } : {}),
  });
}

async function noteFetch(
  services: Services,
  handing: Handing,
  { start, end }: ByteRange,
  now: Date,
): Promise<string> {
  const { tenantId, link, found } = handing;
  const id = services.newId(now);
  await services.db.forTenant(tenantId, async (tx) => {
    const since = new Date(now.getTime() - HOUR_MS).toISOString();
    if ((await countFetches(tx, link.id, since)) >= RANGES_PER_HOUR) {
      throw new HoldfastError(
        'rate_limited',
        'The bundle was fetched in too many pieces. Try again in an hour, in larger ones.',
        { retryAfterMs: HOUR_MS },
      );
    }
    await insertFetch(tx, tenantId, {
      id,
      exportId: found.id,
      linkId: link.id,
      at: now.toISOString(),
      firstByte: start,
      endByte: end,
    });
    await noteDelivery(tx, handing, now, {
      act: 'export.fetched',
      outcome: 'allowed',
      facts: { from: start, to: end, fetch: id },
    });
  });
  return id;
}

interface Transfer {
  readonly sent: number;
  readonly outcome: Exclude<FetchOutcome, 'running'>;
}

async function transfer(
  services: Services,
  { tenantId, link }: Handing,
  bundle: ExportBundle,
  range: ByteRange,
  response: Response,
): Promise<Transfer> {
  let sent = 0;
  let ending: Ending | undefined;
  let object: OpenObject | undefined;
  const stop = watchHandover(services, { tenantId, linkId: link.id }, (why) => {
    ending = why;
    cut(response);
  });
  response.setTimeout(IDLE_MS, () => {
    response.socket?.destroy();
  });
  try {
    object = await services.objects.open(bundle.objectKey);
    // What was decided when the request came may be over by now: nothing is begun that is not allowed.
    const decision = await decideNow(services, tenantId, link.id);
    if (decision !== 'open') ending = decision;
    if (ending !== undefined) throw new Error('The link was closed.');
    await pipeline(
      Readable.from(
        counted(readRange(object, range), (bytes) => {
          sent += bytes;
        }),
        { objectMode: false, highWaterMark: READ_BYTES },
      ),
      response,
    );
    return { sent, outcome: 'complete' };
  } catch (error) {
    sent = Math.max(0, sent - (response.writableLength + (response.socket?.writableLength ?? 0)));
    cut(response);
    if (ending !== undefined) return { sent, outcome: outcomeOf(ending) };
    if ((error as { code?: unknown }).code === 'ERR_STREAM_PREMATURE_CLOSE') return { sent, outcome: 'left' };
    services.log.error({ error }, 'a bundle could not be sent to its end');
    return { sent, outcome: 'failed' };
  } finally {
    stop();
    await object?.close();
  }
}

/** Ends the connection with a reset: what still waits in buffers is thrown away, and the recipient sees it broken. */
function cut(response: Response): void {
  if (response.socket?.destroyed === false) response.socket.resetAndDestroy();
  response.destroy();
}

function outcomeOf(ending: Ending): Transfer['outcome'] {
  return ending === 'revoked' || ending === 'expired' ? ending : 'failed';
}

async function* readRange(object: OpenObject, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const piece = await object.read(at, Math.min(READ_BYTES, end - at));
    if (piece.length === 0)
      throw new HoldfastError('integrity_failed', 'The stored bundle is shorter than it was.');
    at += piece.length;
    yield piece;
  }
}

async function* counted(
  pieces: AsyncIterable<Buffer>,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    yield piece;
    count(piece.length);
  }
}

async function noteEnd(
  { db, now }: Services,
  handing: Handing,
  { size }: ExportBundle,
  end: { readonly fetchId: string } & Transfer,
): Promise<void> {
  const at = now();
  await db.forTenant(handing.tenantId, async (tx) => {
    await endFetch(tx, end.fetchId, { sent: end.sent, outcome: end.outcome, at: at.toISOString() });
    if (end.outcome === 'complete' && (await isAllSent(tx, handing.found.id, size))) {
      const act = { act: 'export.delivered', outcome: 'done', facts: { size } } as const;
      await noteDelivery(tx, handing, at, act);
    }
  });
}
