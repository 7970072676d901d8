import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAgents, QUICK, startAgent } from './test-support/agents.ts';
import { callFromPeer, closePeers, peerOf } from './test-support/peer-call.ts';
import { RawPeer, requestLines } from './test-support/raw-peer.ts';
import type { SipResponse } from './message.ts';

const streams: RawPeer[] = [];

afterEach(async () => {
  for (const peer of streams.splice(0)) peer.close();
  closePeers();
  await closeAgents();
});

const final =
  (callId: string) =>
  ({ status, headers }: SipResponse): boolean =>
    status >= 200 && headers.get('Call-ID') === callId;

describe('a user agent that is full', () => {
  it('steers OPTIONS and new calls away, and serves the calls it has', async () => {
    let full = false;
    const call = await callFromPeer({
      admit: () => (full ? { status: 503, headers: { 'Retry-After': '10' } } : undefined),
    });
    call.acknowledge();
    call.dialog.onRequest = ({ respond }) => respond(200);
    full = true;
    const other = await peerOf(call.srs);
    for (const method of ['OPTIONS', 'INVITE']) {
      const id = `new-${method}`;
      other.send(...requestLines(method, { 'Call-ID': id, From: '<sip:x@y>;tag=other' }));
      const refused = await other.responses.when(final(id));
      expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '10']);
    }
    for (const [cseq, method] of ['OPTIONS', 'INVITE', 'UPDATE', 'INFO', 'BYE'].entries())
      expect((await call.ask(method, cseq + 2)).status).toBe(200);
  });

  it('serves the calls it has when a flood holds all transactions, up to twice as many', async () => {
    const call = await callFromPeer({ maxTransactions: 3 });
    call.acknowledge();
    call.dialog.onRequest = () => undefined;
    const flood = await peerOf(call.srs);
    for (const n of [1, 2, 3, 4]) {
      const over = {
        'Call-ID': `flood-${String(n)}`,
        Via: `SIP/2.0/UDP a;branch=z9hG4bK-f${String(n)};rport`,
      };
      flood.send(...requestLines('INVITE', over));
    }
    expect((await flood.responses.when(final('flood-4'))).status).toBe(503);
    const held = call.srs.agent.load.serverTransactions;
    expect(held).toBe(3);
    for (const cseq of [2, 3, 4]) call.peer.send(...requestLines('INFO', call.inDialog('INFO', cseq)));
    expect((await call.ask('INFO', 5)).status).toBe(503);
    expect(call.srs.agent.load.serverTransactions).toBe(6);
  });

  it('tells in OPTIONS what holds at that moment', async () => {
    let calls = 7;
    const srs = await startAgent('udp', { optionsHeaders: () => ({ 'X-Calls': String(calls) }) });
    const peer = await peerOf(srs);
    for (const id of ['first', 'second']) {
      peer.send(
        ...requestLines('OPTIONS', { 'Call-ID': id, Via: `SIP/2.0/UDP a;branch=z9hG4bK${id};rport` }),
      );
      expect((await peer.responses.when(final(id))).headers.get('X-Calls')).toBe(String(calls));
      calls += 1;
    }
  });
});

describe('reliable provisional answers', () => {
  it('may be required, as none is sent then, and PRACK finds nothing to acknowledge', async () => {
    const srs = await startAgent('udp');
    const peer = await peerOf(srs);
    peer.send(...requestLines('INVITE', { Require: '100rel' }));
    const invite = await srs.invites.when(() => true);
    invite.provisional(183);
    invite.accept({});
    const ok = await peer.responses.when(({ status }) => status === 200);
    expect(peer.responses.all.map(({ status }) => status).filter((status) => status > 100)).toEqual([200]);
    expect(ok.headers.getAll('Supported')).not.toContain('100rel');
    peer.send(...requestLines('PRACK', { To: ok.headers.get('To') ?? '', CSeq: '2 PRACK' }));
    const refused = await peer.responses.when(({ headers }) => headers.get('CSeq') === '2 PRACK');
    expect(refused.status).toBe(481);
  });
});

describe('the network', () => {
  it('may bring a datagram of the largest size there is', async () => {
    const srs = await startAgent('udp');
    const peer = await peerOf(srs);
    const head = requestLines('INVITE', { 'Content-Length': '64000' })
      .join('\r\n')
      .replaceAll('PORT', String(peer.port));
    const largest = Buffer.concat([Buffer.from(head), Buffer.alloc(65_507 - Buffer.byteLength(head), 'x')]);
    peer.sendBytes(largest);
    const { request } = await srs.invites.when(() => true);
    expect(request.body.equals(Buffer.alloc(64_000, 'x'))).toBe(true);
  });

  it('gets one line end for each pair of them on a stream, and nothing for a single one (RFC 5626)', async () => {
    const srs = await startAgent('tcp');
    const peer = await RawPeer.tcp(srs.address);
    streams.push(peer);
    peer.send('\r\n');
    peer.send(...requestLines('OPTIONS', {}, '', 'TCP'));
    await peer.responses.when(final('call-1'));
    expect(peer.received).toMatch(/^SIP/);
    peer.send('\r\n\r\n\r\n\r\n');
    peer.send(
      ...requestLines('OPTIONS', { 'Call-ID': 'two', Via: 'SIP/2.0/TCP a;branch=z9hG4bK2' }, '', 'TCP'),
    );
    await peer.responses.when(final('two'));
    expect(peer.received).toContain('\r\n\r\n\r\n\r\nSIP/2.0 200');
    expect(peer.received).not.toContain('\r\n\r\n\r\n\r\n\r\n');
  });

  it('keeps the calls of a connection on it although their Contact names another port (RFC 5923)', async () => {
    const srs = await startAgent('tcp');
    const peer = await RawPeer.tcp(srs.address);
    streams.push(peer);
    const Via = 'SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKalias;alias';
    peer.send(...requestLines('INVITE', { Via, Contact: '<sip:src@127.0.0.1:9;transport=tcp>' }, '', 'TCP'));
    void (await srs.invites.when(() => true))
      .accept({})
      .request('INFO')
      .catch(() => undefined);
    await peer.requests.when(({ method }) => method === 'INFO');
  });

  it('loses a peer that pings without reading what comes back', async () => {
    const srs = await startAgent('tcp', { timers: { ...QUICK, streamMessage: 10_000 } });
    const peer = await RawPeer.tcp(srs.address, { reads: false });
    streams.push(peer);
    // More than the buffers of both kernels and ours take in answers.
    peer.sendBytes(Buffer.alloc(64 * 1_048_576, '\r\n'));
    await srs.events.when(
      ({ type, error }) => type === 'transport-error' && /does not read/.test(String(error)),
    );
  });
});
