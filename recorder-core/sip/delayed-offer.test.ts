import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAgents, QUICK } from './test-support/agents.ts';
import { callFromPeer, closePeers } from './test-support/peer-call.ts';

afterEach(async () => {
  closePeers();
  await closeAgents();
});

/** The ACK is awaited for over three seconds. */
const PATIENT = { timers: { ...QUICK, t1: 50, t2: 50 } };
const SDP = { 'Content-Type': 'application/sdp' };

describe('a call whose offer is ours, in the 2xx', () => {
  it('meets offers of the peer with 491 until the ACK has brought the answer', async () => {
    const call = await callFromPeer(PATIENT);
    call.dialog.onRequest = ({ respond }) => respond(200);
    expect((await call.ask('INVITE', 2, SDP, 'v=0')).status).toBe(491);
    expect((await call.ask('UPDATE', 3, SDP, 'v=0')).status).toBe(491);
    expect(
      (await call.ask('UPDATE', 4, { 'Content-Type': 'application/rs-metadata+xml' }, '<a/>')).status,
    ).toBe(200);
    const acknowledged = new Promise<void>((resolve) => {
      call.dialog.onAck = () => resolve();
    });
    call.acknowledge();
    await acknowledged;
    expect((await call.ask('UPDATE', 5, SDP, 'v=0')).status).toBe(200);
  });

  it('sends no offer of ours until then', async () => {
    const call = await callFromPeer(PATIENT);
    await expect(call.dialog.request('INVITE')).rejects.toMatchObject({ code: 'conflict' });
    const acknowledged = new Promise<void>((resolve) => {
      call.dialog.onAck = () => resolve();
    });
    call.acknowledge();
    await acknowledged;
    const ours = call.dialog.request('INVITE');
    call.answer(await call.peer.requests.when(({ method }) => method === 'INVITE'), '488 No');
    expect((await ours).status).toBe(488);
  });

  it('has no such wait when the INVITE brought the offer, nor after a re-INVITE that did', async () => {
    const call = await callFromPeer(PATIENT, SDP, 'v=0');
    call.dialog.onRequest = ({ respond }) =>
      respond(200, { contentType: 'application/sdp', body: Buffer.from('v=0') });
    expect((await call.ask('UPDATE', 2, SDP, 'v=0')).status).toBe(200);
    expect((await call.ask('INVITE', 3, SDP, 'v=0')).status).toBe(200);
    expect((await call.ask('UPDATE', 4, SDP, 'v=0')).status).toBe(200);
  });

  it('has it again after a re-INVITE without an offer', async () => {
    const call = await callFromPeer(PATIENT, SDP, 'v=0');
    call.dialog.onRequest = ({ respond }) =>
      respond(200, { contentType: 'application/sdp', body: Buffer.from('v=0') });
    expect((await call.ask('INVITE', 3)).status).toBe(200);
    expect((await call.ask('UPDATE', 4, SDP, 'v=0')).status).toBe(491);
  });
});
