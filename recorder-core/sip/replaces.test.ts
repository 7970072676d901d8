import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closeAgents } from './test-support/agents.ts';
import { callFromPeer, closePeers, type PeerCall } from './test-support/peer-call.ts';
import { requestLines } from './test-support/raw-peer.ts';
import { parseReplaces } from './replaces.ts';
import type { Dialog, IncomingInvite } from './user-agent.ts';

afterEach(async () => {
  closePeers();
  await closeAgents();
});

describe('a Replaces header', () => {
  it('is read with its parameters in any order', () => {
    const read = { callId: '98@a.example', localTag: '7', remoteTag: '9', earlyOnly: false };
    expect(parseReplaces('98@a.example;to-tag=7;from-tag=9')).toEqual(read);
    expect(parseReplaces(' 98@a.example ; from-tag = 9;x=y;early-only;to-tag=7')).toEqual({
      ...read,
      earlyOnly: true,
    });
  });

  it('is not read without a part of it', () => {
    for (const text of [
      '',
      'a',
      'a;to-tag=1',
      'a;from-tag=1',
      ';to-tag=1;from-tag=2',
      'a b;to-tag=1;from-tag=2',
    ])
      expect(parseReplaces(text)).toBeUndefined();
  });

  it('is read without a throw whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const read = parseReplaces(`${before};to-tag=1${after};from-tag=2`);
        expect(read === undefined || !/[\s,]/.test(read.callId)).toBe(true);
      }),
    );
  });
});

describe('an INVITE that replaces a call', () => {
  /** Sends one from the same peer, as another call. */
  const replace = (call: PeerCall, ...values: string[]): void => {
    const [start = '', ...rest] = requestLines('INVITE', {
      Via: 'SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bK-again;rport',
      'Call-ID': 'call-2',
      From: '<sip:src@127.0.0.1>;tag=second',
    });
    call.peer.send(start, ...values.map((value) => `Replaces: ${value}`), ...rest);
  };
  const ofCall = ({ dialog }: PeerCall): string =>
    `${dialog.callId};to-tag=${dialog.localTag};from-tag=${dialog.remoteTag}`;
  const nextInvite = ({ srs }: PeerCall): Promise<IncomingInvite> =>
    srs.invites.when(({ request }) => request.headers.get('Call-ID') === 'call-2');
  const statusOf = async ({ peer }: PeerCall): Promise<number> =>
    (await peer.responses.when((r) => r.status >= 200 && r.headers.get('Call-ID') === 'call-2')).status;
  const nextEnd = (dialog: Dialog): Promise<string> =>
    new Promise((resolve) => {
      dialog.onEnded = resolve;
    });

  it('names it to the application, and ends it with BYE once it is accepted', async () => {
    const call = await callFromPeer();
    call.acknowledge();
    replace(call, ofCall(call));
    const invite = await nextInvite(call);
    expect(invite.replaces).toBe(call.dialog);
    const ended = nextEnd(call.dialog);
    const next = invite.accept({});
    expect(call.dialog.state).toBe('confirmed');
    expect(await ended).toBe('replaced');
    const bye = await call.peer.requests.when(({ method }) => method === 'BYE');
    expect(bye.headers.get('Call-ID')).toBe('call-1');
    expect(next.state).toBe('confirmed');
  });

  it('changes nothing when it is refused', async () => {
    const call = await callFromPeer();
    call.acknowledge();
    replace(call, ofCall(call));
    (await nextInvite(call)).reject(486);
    expect(await statusOf(call)).toBe(486);
    expect(call.dialog.state).toBe('confirmed');
  });

  it.each([
    ['a call we do not have', (): string[] => ['nobody;to-tag=1;from-tag=2'], 481],
    ['a header that cannot be read', (): string[] => ['nobody'], 400],
    ['two headers', (call: PeerCall): string[] => [ofCall(call), ofCall(call)], 400],
    [
      'tags the wrong way round',
      ({ dialog }: PeerCall): string[] => [
        `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`,
      ],
      481,
    ],
    [
      'only an unanswered call, when it is answered',
      (call: PeerCall): string[] => [`${ofCall(call)};early-only`],
      486,
    ],
  ])('is refused for %s', async (_name, values, wanted) => {
    const call = await callFromPeer();
    call.acknowledge();
    replace(call, ...values(call));
    expect(await statusOf(call)).toBe(wanted);
    expect(call.srs.invites.all).toHaveLength(1);
  });

  it('is declined with 603 when that call is just ending', async () => {
    const call = await callFromPeer();
    call.acknowledge();
    void call.dialog.bye();
    await call.peer.requests.when(({ method }) => method === 'BYE');
    replace(call, ofCall(call));
    expect(await statusOf(call)).toBe(603);
  });

  it('does not take the place of a call that we have not answered', async () => {
    const other = await callFromPeer();
    other.peer.send(
      ...requestLines('INVITE', { 'Call-ID': 'ringing', Via: 'SIP/2.0/UDP a;branch=z9hG4bKr;rport' }),
    );
    const ringing = await other.srs.invites.when(
      ({ request }) => request.headers.get('Call-ID') === 'ringing',
    );
    ringing.provisional(180);
    const { headers } = await other.peer.responses.when(({ status }) => status === 180);
    const tag = /tag=(\w+)/.exec(headers.get('To') ?? '')?.[1] ?? '';
    replace(other, `ringing;to-tag=${tag};from-tag=peer`);
    expect(await statusOf(other)).toBe(481);
    ringing.reject(486);
  });
});
