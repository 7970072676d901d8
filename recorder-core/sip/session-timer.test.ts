import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAgents, QUICK, startAgent } from './test-support/agents.ts';
import { Inbox } from './test-support/inbox.ts';
import { callFromPeer, closePeers, peerOf, type PeerCall } from './test-support/peer-call.ts';
import { requestLines } from './test-support/raw-peer.ts';
import type { SipRequest } from './message.ts';
import type { Dialog, InDialogRequest, UserAgentOptions } from './user-agent.ts';

/** A second of Session-Expires lasts 6 ms: 90 of them 540 ms, refreshed after 270, given up after 360. */
const timers = { ...QUICK, sessionSecond: 6 };
const SHORT = { timers, sessionTimer: { expires: 90 } } as const;

afterEach(async () => {
  closePeers();
  await closeAgents();
});

const nextEnd = (dialog: Dialog): Promise<string> =>
  new Promise((resolve) => {
    dialog.onEnded = resolve;
  });

/** A call from a peer that sends these headers in its INVITE and acknowledges the answer. */
async function callWith(
  headers: Record<string, string>,
  options: Partial<UserAgentOptions> = SHORT,
): Promise<PeerCall> {
  const call = await callFromPeer(options, headers);
  call.acknowledge();
  return call;
}

const by =
  (method: string) =>
  (request: SipRequest): boolean =>
    request.method === method;

describe('a call whose caller refreshes', () => {
  it('ends with BYE when the refresh does not come', async () => {
    const { peer, dialog, ok } = await callWith({ Supported: 'timer', 'Session-Expires': '90' });
    expect(ok.headers.get('Session-Expires')).toBe('90;refresher=uac');
    expect(ok.headers.get('Require')).toBe('timer');
    const ended = nextEnd(dialog);
    await peer.requests.when(by('BYE'));
    expect(await ended).toBe('session-expired');
    expect(peer.requests.all.every(by('BYE'))).toBe(true);
  });

  it('lives on with each UPDATE or re-INVITE, whether the application takes part or not', async () => {
    const call = await callWith({ Supported: 'timer', 'Session-Expires': '180' });
    const started = Date.now();
    const refresh = { Supported: 'timer', 'Session-Expires': '180;refresher=uac' };
    for (let cseq = 2; Date.now() - started < 1300; cseq += 1) {
      const response = await call.ask('UPDATE', cseq, refresh);
      expect([response.status, response.headers.get('Session-Expires')]).toEqual([200, '180;refresher=uac']);
    }
    expect(call.dialog.state).toBe('confirmed');
    expect(await nextEnd(call.dialog)).toBe('session-expired');
  });

  it('is refused a refresh with too short an interval, and lives on', async () => {
    const { ask, dialog } = await callWith({ Supported: 'timer', 'Session-Expires': '1800' });
    const refused = await ask('UPDATE', 2, { Supported: 'timer', 'Session-Expires': '10' });
    expect([refused.status, refused.headers.get('Min-SE')]).toEqual([422, '90']);
    expect(dialog.state).toBe('confirmed');
  });

  it('is refused at its INVITE with 422 and what would be enough', async () => {
    const srs = await startAgent('udp', SHORT);
    const peer = await peerOf(srs);
    peer.send(...requestLines('INVITE', { Supported: 'timer', 'Session-Expires': '89' }));
    const refused = await peer.responses.when(({ status }) => status >= 200);
    expect([refused.status, refused.headers.get('Min-SE')]).toEqual([422, '90']);
    expect(srs.invites.all).toHaveLength(0);
  });
});

describe('a call that we refresh', () => {
  const ours = { Supported: 'timer', 'Session-Expires': '90;refresher=uas' };

  it('is refreshed by UPDATE where the peer takes it, again and again', async () => {
    const { peer, dialog, answer } = await callWith({ ...ours, Allow: 'INVITE, UPDATE, BYE' });
    for (const count of [1, 2, 3]) {
      const update = (await peer.requests.atLeast(count, by('UPDATE')))[count - 1]!;
      expect(update.headers.get('Session-Expires')).toBe('90;refresher=uac');
      expect([update.body.length, update.headers.has('Contact')]).toEqual([0, true]);
      answer(update, '200 OK', 'Session-Expires: 90;refresher=uac', 'Require: timer');
    }
    expect(dialog.state).toBe('confirmed');
  });

  it('is refreshed by a re-INVITE with the description that holds where the peer has no UPDATE', async () => {
    const { peer, dialog, answer } = await callWith({ ...ours, Allow: 'INVITE, BYE' });
    dialog.sessionDescription = () => ({ contentType: 'application/sdp', body: Buffer.from('v=0 held') });
    const invite = await peer.requests.when(by('INVITE'));
    expect(invite.body.toString()).toBe('v=0 held');
    expect(invite.headers.get('Session-Expires')).toBe('90;refresher=uac');
    answer(invite, '200 OK', 'Session-Expires: 90;refresher=uac');
    await peer.requests.when(by('ACK'));
    expect(dialog.state).toBe('confirmed');
  });

  it('turns to re-INVITE when UPDATE is refused, and to a longer interval after 422', async () => {
    const { peer, dialog, answer } = await callWith({ ...ours, Allow: 'INVITE, UPDATE, BYE' });
    dialog.sessionDescription = () => ({ contentType: 'application/sdp', body: Buffer.from('v=0') });
    answer(await peer.requests.when(by('UPDATE')), '405 No');
    answer(await peer.requests.when(by('INVITE')), '422 Too Small', 'Min-SE: 300');
    const [, again] = await peer.requests.atLeast(2, by('INVITE'));
    expect(again!.headers.get('Session-Expires')).toBe('300;refresher=uac');
    expect(again!.headers.get('Min-SE')).toBe('300');
  });

  it('tries again after a collision, and hangs up when no refresh succeeds', async () => {
    const longer = { ...ours, 'Session-Expires': '300;refresher=uas' };
    const { peer, dialog, answer } = await callWith({ ...longer, Allow: 'UPDATE' });
    const ended = nextEnd(dialog);
    answer(await peer.requests.when(by('UPDATE')), '491 Pending');
    const tries = await peer.requests.atLeast(2, by('UPDATE'));
    expect(tries[1]!.headers.get('CSeq')).not.toBe(tries[0]!.headers.get('CSeq'));
    answer(tries[1]!, '500 Broken');
    await peer.requests.when(by('BYE'));
    expect(await ended).toBe('session-expired');
  });

  it('does not expire once the peer answers a refresh without an interval', async () => {
    const { peer, dialog, answer, ask } = await callWith({ ...ours, Allow: 'UPDATE' });
    answer(await peer.requests.when(by('UPDATE')), '200 OK');
    const started = Date.now();
    for (let cseq = 2; Date.now() - started < 400; cseq += 1) await ask('OPTIONS', cseq);
    expect(dialog.state).toBe('confirmed');
  });
});

describe('two user agents with session timers', () => {
  it('agree on 422 what both can keep to, and refresh without the applications', async () => {
    const srs = await startAgent('tcp', { timers, sessionTimer: { expires: 200, minimum: 150 } });
    const src = await startAgent('tcp', SHORT);
    const requests = new Inbox<InDialogRequest>();
    const ringing = src.agent.invite({
      target: srs.uri,
      from: 'sip:a@b',
      to: 'sip:c@d',
      contentType: 'application/sdp',
      body: Buffer.from('v=0'),
    });
    const invite = await srs.invites.when(() => true);
    expect(invite.request.headers.get('Session-Expires')).toBe('150');
    expect(invite.request.headers.get('CSeq')).toBe('2 INVITE');
    const callee = invite.accept({});
    callee.onRequest = (request) => {
      requests.add(request);
      request.respond(200);
    };
    const { dialog } = await ringing;
    const [first] = await requests.atLeast(3, ({ request }) => request.method === 'UPDATE');
    expect(first!.request.headers.get('Session-Expires')).toBe('150;refresher=uac');
    const ended = nextEnd(callee);
    await dialog.bye();
    expect(await ended).toBe('remote-bye');
    expect(srs.events.all.some((event) => event.status === 422)).toBe(true);
  });

  it('do without where one does not want them', async () => {
    const { ok } = await callWith({ Supported: 'timer', 'Session-Expires': '90' }, { sessionTimer: false });
    expect([ok.headers.has('Session-Expires'), ok.headers.get('Supported')]).toEqual([false, 'replaces']);
  });
});
