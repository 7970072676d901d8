import { afterEach, describe, expect, it } from '@jest/globals';
import type { SipRequest } from './message.ts';
import { closeAgents, startAgent, type TestAgent } from './test-support/agents.ts';
import { RawPeer } from './test-support/raw-peer.ts';
import type { InviteOptions } from './user-agent.ts';

const peers: RawPeer[] = [];

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await closeAgents();
});

/** A caller of ours and a callee that does only what the test writes. */
async function callerAndPeer(): Promise<{ src: TestAgent; peer: RawPeer; call: InviteOptions }> {
  const src = await startAgent('udp');
  const peer = await RawPeer.udp(src.address);
  peers.push(peer);
  const call = {
    target: `sip:srs@127.0.0.1:${String(peer.port)}`,
    from: 'sip:src@127.0.0.1',
    to: 'sip:srs@127.0.0.1',
    contentType: 'application/sdp',
    body: Buffer.from('v=0'),
  };
  return { src, peer, call };
}

const received = (peer: RawPeer, method: string): Promise<SipRequest> =>
  peer.requests.when((request) => request.method === method);

/** Answers a request with this status, To tag and further headers. */
function answer(peer: RawPeer, request: SipRequest, status: number, tag: string, ...headers: string[]): void {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map(
    (name) => `${name}: ${request.headers.get(name) ?? ''}`,
  );
  const contact = 'Contact: <sip:srs@127.0.0.1:PORT>';
  peer.send(
    `SIP/2.0 ${String(status)} X`,
    ...copied,
    `To: <sip:srs@127.0.0.1>;tag=${tag}`,
    contact,
    ...headers,
    '',
    '',
  );
}

describe('a call of ours', () => {
  it('sends no CANCEL before a provisional answer, and then with branch and CSeq of its INVITE', async () => {
    const { src, peer, call } = await callerAndPeer();
    const abort = new AbortController();
    const outcome = src.agent.invite({ ...call, signal: abort.signal });
    const invite = await received(peer, 'INVITE');
    abort.abort();
    // Another INVITE has crossed the wire since: what was to come before it would have come.
    await peer.requests.atLeast(2, (request) => request.method === 'INVITE');
    expect(peer.requests.all.map((request) => request.method)).not.toContain('CANCEL');
    answer(peer, invite, 180, 'a');
    const cancel = await received(peer, 'CANCEL');
    expect(cancel.headers.get('Via')).toBe(invite.headers.get('Via'));
    expect(cancel.headers.get('CSeq')).toBe('1 CANCEL');
    answer(peer, invite, 487, 'a');
    await expect(outcome).rejects.toMatchObject({ code: 'conflict' });
  });

  it('that is answered although cancelled is acknowledged and hung up', async () => {
    const { src, peer, call } = await callerAndPeer();
    const abort = new AbortController();
    const outcome = src.agent.invite({ ...call, signal: abort.signal });
    const invite = await received(peer, 'INVITE');
    abort.abort();
    answer(peer, invite, 200, 'a');
    await expect(outcome).rejects.toMatchObject({ code: 'conflict' });
    await received(peer, 'ACK');
    answer(peer, await received(peer, 'BYE'), 200, 'a');
  });

  it('acknowledges every repeated 2xx, and follows the Record-Route in reverse', async () => {
    const { src, peer, call } = await callerAndPeer();
    const outcome = src.agent.invite(call);
    const invite = await received(peer, 'INVITE');
    const routes = `Record-Route: <sip:far.invalid;lr>, <sip:127.0.0.1:PORT;lr>`;
    answer(peer, invite, 200, 'a', routes);
    answer(peer, invite, 200, 'a', routes);
    const [first, second] = await peer.requests.atLeast(2, (request) => request.method === 'ACK');
    expect(first?.headers.get('Via')).toBe(second?.headers.get('Via'));
    expect(first?.headers.get('Via')).not.toBe(invite.headers.get('Via'));
    expect(first?.headers.getAll('Route')[1]).toBe('<sip:far.invalid;lr>');
    expect((await outcome).dialog.remoteTag).toBe('a');
  });

  it('keeps the first of two forks that answer and hangs up on the other', async () => {
    const { src, peer, call } = await callerAndPeer();
    const outcome = src.agent.invite(call);
    const invite = await received(peer, 'INVITE');
    answer(peer, invite, 200, 'first');
    answer(peer, invite, 200, 'second');
    const bye = await received(peer, 'BYE');
    expect(bye.headers.get('To')).toContain('tag=second');
    answer(peer, bye, 200, 'second');
    const { dialog } = await outcome;
    expect([dialog.remoteTag, dialog.state]).toEqual(['first', 'confirmed']);
  });

  it('acknowledges a refusal each time it comes', async () => {
    const { src, peer, call } = await callerAndPeer();
    const outcome = src.agent.invite(call);
    const invite = await received(peer, 'INVITE');
    answer(peer, invite, 486, 'a');
    answer(peer, invite, 486, 'a');
    await expect(outcome).rejects.toThrow('486');
    const acks = await peer.requests.atLeast(2, (request) => request.method === 'ACK');
    expect(acks.map((ack) => ack.headers.get('Via'))).toEqual([
      invite.headers.get('Via'),
      invite.headers.get('Via'),
    ]);
  });
});
