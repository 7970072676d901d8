import type { RequestHandler } from 'express';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { inclusionProof } from '../../../../recorder-core/ledger/proofs.ts';
import { addSignatureLines } from '../../../../recorder-core/ledger/signed-note.ts';
import {
  hasTile,
  parseTilePath,
  readHashTile,
  TILE_WIDTH,
  writeEntryBundle,
  type TileAddress,
} from '../../../../recorder-core/ledger/tiles.ts';
import { formatTlogProof } from '../../../../recorder-core/ledger/tlog-proof.ts';
import { readPublishedCheckpoint } from '../../../../recorder-core/records/anchors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { nodeReader, readLeafBodies } from '../../../../recorder-core/records/ledger-log.ts';
import type { Identity } from '../../../identity/sessions.ts';
import { noteInspection } from '../../audit-access.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import type { Services } from '../../services.ts';

/** GET /ledger/checkpoint: the newest published one with its cosignatures (https://c2sp.org/tlog-tiles). */
export function serveCheckpoint(services: Services): RequestHandler {
  return async (request, response) => {
    const { tenantId } = await requireReader(services, request);
    const newest = await services.db.forTenant(tenantId, readPublishedCheckpoint);
    if (newest === undefined) throw nothingPublished();
    response
      .set('Content-Type', 'text/plain; charset=utf-8')
      .send(addSignatureLines(newest.note, newest.cosignatures));
  };
}

/**
 * GET /ledger/tile/…: hashes and entries up to the newest published checkpoint, in the layout of
 * https://c2sp.org/tlog-tiles, so that any client of it can compute and check every proof for itself.
 */
export function serveTile(services: Services): RequestHandler {
  return async (request, response) => {
    const { tenantId } = await requireReader(services, request);
    const address = parseTilePath(request.path.replace(/^\/ledger\//, ''));
    if (address === undefined) throw noSuchTile();
    const bytes = await services.db.forTenant(tenantId, (tx) => readTile(tx, address));
    response
      .set({
        'Content-Type': 'application/octet-stream',
        'Cache-Control': 'private, max-age=31536000, immutable',
      })
      .send(bytes);
  };
}

/**
 * GET /ledger/proof/…: that one entry stands in the newest published checkpoint, in the format of
 * https://c2sp.org/tlog-proof, which any implementation of it verifies offline.
 */
export function serveProof(services: Services): RequestHandler<{ index: string }> {
  return async (request, response) => {
    const { tenantId } = await requireReader(services, request as Parameters<RequestHandler>[0]);
    const index = /^(0|[1-9]\d{0,15})$/.test(request.params.index) ? Number(request.params.index) : NaN;
    const text = await services.db.forTenant(tenantId, (tx) => readProof(tx, index));
    response.set('Content-Type', 'text/plain; charset=utf-8').send(text);
  };
}

async function readProof(tx: Tx, index: number): Promise<string> {
  const newest = await readPublishedCheckpoint(tx);
  if (newest === undefined) throw nothingPublished();
  if (!(index < newest.size)) throw noSuchEntry();
  return formatTlogProof({
    index,
    proof: await inclusionProof(index, newest.size, nodeReader(tx)),
    checkpoint: addSignatureLines(newest.note, newest.cosignatures),
  });
}

async function readTile(tx: Tx, address: TileAddress): Promise<Buffer> {
  const size = (await readPublishedCheckpoint(tx))?.size ?? 0;
  if (!hasTile(address, size)) throw noSuchTile();
  const { level, index, width } = address;
  if (level !== 'entries') return readHashTile(address, size, nodeReader(tx));
  const from = index * TILE_WIDTH;
  return writeEntryBundle(await readLeafBodies(tx, from, from + width));
}

async function requireReader(services: Services, request: Parameters<RequestHandler>[0]): Promise<Identity> {
  const now = services.now();
  const identity = await requireIdentity(request, services, now);
  const object = { type: 'tenant', id: identity.tenantId };
  const permission = await requireAct(identity, 'ledger.read', services, now, object);
  await noteInspection(services, identity, { act: 'ledger.read', ...permission, object }, now);
  return identity;
}

function nothingPublished(): HoldfastError {
  return new HoldfastError(
    'not_found',
    'No checkpoint of this ledger was published yet: it has no leaves, or its witnesses have not cosigned it.',
  );
}

function noSuchEntry(): HoldfastError {
  return new HoldfastError(
    'not_found',
    'No published checkpoint covers an entry of this number yet. Ask for one below the size of the newest checkpoint.',
  );
}

function noSuchTile(): HoldfastError {
  return new HoldfastError(
    'not_found',
    'The log has no such tile. Ask for tiles up to the size of its checkpoint, in the layout of C2SP tlog-tiles.',
  );
}
