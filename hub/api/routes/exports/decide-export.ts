import { z } from 'zod';
import { approveExport as approve, refuseExport as refuse } from '../../../exports/decide-export.ts';
import { revokeExport as revoke } from '../../../exports/revoke-export.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { exportDetail, exportReason } from '../../schemas/export.ts';
import { id } from '../../schemas/primitives.ts';
import { readDetail } from './present-export.ts';

const params = z.object({ id });
const accesses = ({ id: exportId }: z.output<typeof params>) => ({ type: 'export', id: exportId });

/** What people decide about an export after it was asked for. */
export const decideExports = [
  defineEndpoint({
    method: 'post',
    path: '/exports/:id/approve',
    summary: 'Agrees to an export that somebody else asked for; it is made from then on.',
    act: 'export.approve',
    params,
    accesses,
    body: z.strictObject({}),
    response: exportDetail,
    async handle({ params: { id: exportId }, tx, identity, services, now }) {
      await approve(tx, askingOf({ identity, services, now }), exportId);
      return readDetail(tx, exportId, identity, now);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/exports/:id/refuse',
    summary: 'Refuses an export that somebody else asked for.',
    act: 'export.approve',
    params,
    accesses,
    body: exportReason,
    response: exportDetail,
    async handle({ params: { id: exportId }, body, tx, identity, services, now }) {
      await refuse(tx, askingOf({ identity, services, now }), exportId, body.reason);
      return readDetail(tx, exportId, identity, now);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/exports/:id/revoke',
    summary: 'Takes an export back: downloads that run are cut within a second, and the bundle is deleted.',
    act: 'export.revoke',
    params,
    accesses,
    body: exportReason,
    response: exportDetail,
    async handle({ params: { id: exportId }, body, tx, identity, services, now }) {
      await revoke(tx, askingOf({ identity, services, now }), exportId, body.reason);
      return readDetail(tx, exportId, identity, now);
    },
  }),
];
