import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAgents, QUICK, startAgent, until, type TestAgent } from './test-support/agents.ts';
import { AUTHORITY, IDENTITIES } from './test-support/certificates.ts';
import { RawPeer, requestLines } from './test-support/raw-peer.ts';
import type { IncomingInvite, InviteOptions, TlsListenSettings, UserAgentOptions } from './user-agent.ts';

const peers: RawPeer[] = [];

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await closeAgents();
});

async function tlsServer(
  tls: Partial<TlsListenSettings> = {},
  options: Partial<UserAgentOptions> = {},
): Promise<TestAgent> {
  const listen = [
    { transport: 'tls' as const, host: '127.0.0.1', port: 0, tls: { ...IDENTITIES.server, ...tls } },
  ];
  return startAgent('tls', { listen, ...options });
}

async function peerOf(srs: TestAgent, options: Parameters<typeof RawPeer.tls>[1] = {}): Promise<RawPeer> {
  const peer = await RawPeer.tls(srs.address, options);
  peers.push(peer);
  return peer;
}

const callTo = (target: string): InviteOptions => ({
  target,
  from: 'sip:src@127.0.0.1',
  to: 'sip:srs@127.0.0.1',
  contentType: 'application/sdp',
  body: Buffer.from('v=0\r\n'),
});

const failedHandshakes = (srs: TestAgent): number =>
  srs.events.all.filter((event) => event.type === 'transport-error' && event.source?.transport === 'tls')
    .length;

describe('a TLS address', () => {
  it('serves requests over TLS 1.3 and says what the handshake told', async () => {
    const srs = await tlsServer();
    const peer = await peerOf(srs);
    peer.send(...requestLines('INVITE', {}, '', 'TLS'));
    const { source } = await srs.invites.when(() => true);
    expect(source.transport).toBe('tls');
    expect(source.tls).toEqual({
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_/),
      authorized: false,
      names: [],
    });
  });

  it('refuses a handshake below the minimum, and takes 1.2 where that is the minimum', async () => {
    const strict = await tlsServer();
    await expect(RawPeer.tls(strict.address, { maxVersion: 'TLSv1.2' })).rejects.toThrow();
    await until(() => failedHandshakes(strict) === 1);
    const lenient = await tlsServer({ minVersion: 'TLSv1.2' });
    const peer = await peerOf(lenient, { maxVersion: 'TLSv1.2' });
    peer.send(...requestLines('OPTIONS', {}, '', 'TLS'));
    expect((await peer.responses.when(() => true)).status).toBe(200);
    expect(lenient.events.all.find((event) => event.type === 'received')?.source?.tls?.protocol).toBe(
      'TLSv1.2',
    );
  });

  it('names the client whose certificate an authority vouches for', async () => {
    const srs = await tlsServer({ ca: AUTHORITY, clientCertificate: 'request' });
    const known = await peerOf(srs, IDENTITIES.client);
    known.send(...requestLines('INVITE', { 'Call-ID': 'known' }, '', 'TLS'));
    const named = (await srs.invites.when(({ request }) => request.headers.get('Call-ID') === 'known'))
      .source;
    expect(named.tls).toMatchObject({
      authorized: true,
      fingerprint256: expect.stringMatching(/^([\dA-F]{2}:){31}[\dA-F]{2}$/),
      names: ['sbc.example', 'sip:sbc.example'],
    });
    const stranger = await peerOf(srs, IDENTITIES.stranger);
    stranger.send(...requestLines('INVITE', { 'Call-ID': 'other', From: '<sip:x@y>;tag=2' }, '', 'TLS'));
    const other = (await srs.invites.when(({ request }) => request.headers.get('Call-ID') === 'other'))
      .source;
    expect(other.tls).toMatchObject({ authorized: false, names: ['sbc.example'] });
  });

  it('closes on a client without a certificate that is vouched for, where one is required', async () => {
    const srs = await tlsServer({ ca: AUTHORITY, clientCertificate: 'require' });
    for (const identity of [{}, IDENTITIES.stranger]) {
      const peer = await peerOf(srs, identity);
      peer.send(...requestLines('OPTIONS', {}, '', 'TLS'));
      await peer.closed;
      expect(peer.responses.all).toHaveLength(0);
    }
    const peer = await peerOf(srs, IDENTITIES.client);
    peer.send(...requestLines('OPTIONS', {}, '', 'TLS'));
    expect((await peer.responses.when(() => true)).status).toBe(200);
  });

  it('cuts a peer that never speaks, one that drips its handshake, and one that speaks SIP in clear', async () => {
    const srs = await tlsServer();
    const mute = await RawPeer.tcp(srs.address);
    const dripping = await RawPeer.tcp(srs.address);
    const clear = await RawPeer.tcp(srs.address);
    const quiet = await peerOf(srs);
    peers.push(mute, dripping, clear);
    const hello = Buffer.from('1603010200010001fc0303', 'hex');
    let sent = 0;
    const drip = setInterval(() => dripping.sendBytes(hello.subarray(sent, (sent += 1))), 15);
    clear.send(...requestLines('OPTIONS', {}, '', 'TLS'));
    await Promise.all([mute.closed, dripping.closed, clear.closed, quiet.closed]);
    clearInterval(drip);
    expect(clear.responses.all).toHaveLength(0);
    expect(failedHandshakes(srs)).toBe(4);
  });

  it('takes a new certificate while calls stand, and keeps the old one when the new is unusable', async () => {
    const srs = await tlsServer();
    const before = await peerOf(srs);
    const { key } = IDENTITIES.client;
    expect(() => srs.agent.renewTls({ ...IDENTITIES.renewed, key })).toThrow(
      expect.objectContaining({ code: 'config_invalid' }),
    );
    expect((await peerOf(srs)).fingerprint256).toBe(before.fingerprint256);
    srs.agent.renewTls(IDENTITIES.renewed);
    const after = await peerOf(srs);
    expect(after.fingerprint256).not.toBe(before.fingerprint256);
    before.send(...requestLines('OPTIONS', {}, '', 'TLS'));
    expect((await before.responses.when(() => true)).status).toBe(200);
  });

  it.each([
    ['without a certificate', undefined],
    ['with a key of another certificate', { key: IDENTITIES.client.key, cert: IDENTITIES.server.cert }],
    ['with text that is no PEM', { key: 'no key', cert: 'no certificate' }],
  ])('does not start %s', async (_name, tls) => {
    const listen = [{ transport: 'tls' as const, host: '127.0.0.1', port: 0, ...(tls && { tls }) }];
    await expect(startAgent('tls', { listen })).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('is given back by start without its key', async () => {
    const srs = await tlsServer();
    expect(Object.keys(srs.address).toSorted()).toEqual(['host', 'port', 'transport']);
  });
});

describe('a caller over TLS', () => {
  it('reaches sips: addresses, shows a sips: Contact, and gets one back', async () => {
    const srs = await tlsServer();
    const src = await startAgent('udp');
    const ringing = src.agent.invite(callTo(`sips:srs@127.0.0.1:${String(srs.address.port)}`));
    const invite = await srs.invites.when(() => true);
    expect(invite.request.headers.get('Contact')).toMatch(/^<sips:/);
    expect(invite.request.headers.get('Via')).toMatch(/^SIP\/2.0\/TLS /);
    const callee = invite.accept({});
    const { dialog, response } = await ringing;
    expect(response.headers.get('Contact')).toMatch(/^<sips:/);
    // It has no address to be reached at but its connection.
    callee.onRequest = ({ respond }) => respond(200);
    dialog.onRequest = ({ respond }) => respond(200);
    expect((await dialog.request('INFO')).status).toBe(200);
    expect((await callee.request('INFO')).status).toBe(200);
  });

  it('refuses servers that no authority of its vouches for, or that stand for another name, unless told not to', async () => {
    const srs = await tlsServer({ ...IDENTITIES.stranger });
    const src = await startAgent('udp');
    await expect(src.agent.invite(callTo(srs.uri))).rejects.toMatchObject({ code: 'unavailable' });
    const other = await tlsServer({ ...IDENTITIES.client });
    await expect(src.agent.invite(callTo(other.uri))).rejects.toMatchObject({ code: 'unavailable' });
    const trusting = await startAgent('udp', { tls: { rejectUnauthorized: false } });
    const ringing = trusting.agent.invite(callTo(srs.uri));
    (await srs.invites.when(() => true)).reject(486);
    await expect(ringing).rejects.toThrow('486');
  });

  it('gives up on a server that takes the connection and never speaks', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const src = await startAgent('udp', { timers: { ...QUICK, streamMessage: 100 } });
    const target = `sip:srs@127.0.0.1:${String(port)};transport=tls`;
    await expect(src.agent.invite(callTo(target))).rejects.toMatchObject({ code: 'unavailable' });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });

  it('shows its certificate to a server that requires one', async () => {
    const srs = await tlsServer({ ca: AUTHORITY, clientCertificate: 'require' });
    const src = await startAgent('udp', { tls: { ca: AUTHORITY, ...IDENTITIES.client } });
    const ringing = src.agent.invite(callTo(srs.uri));
    const invite = await srs.invites.when(() => true);
    expect(invite.source.tls?.authorized).toBe(true);
    invite.reject(486);
    await expect(ringing).rejects.toThrow('486');
    expect(src.events.all.find((event) => event.type === 'received')?.source?.tls?.names).toContain(
      'recorder.example',
    );
  });

  it('opens a new connection inside a dialog when that of the call has closed', async () => {
    const srs = await tlsServer({}, { tls: { ca: AUTHORITY } });
    const reachable = await tlsServer();
    const peer = await peerOf(srs);
    peer.send(...requestLines('INVITE', { Contact: `<${reachable.uri}>` }, '', 'TLS'));
    const dialog = (await srs.invites.when(() => true)).accept({});
    peer.close();
    await peer.closed;
    const tries: (number | undefined)[] = [];
    while (tries.length < 50 && tries.at(-1) === undefined) {
      tries.push((await dialog.request('INFO').catch(() => undefined))?.status);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(tries.at(-1)).toBe(481);
  });
});

describe('one user agent', () => {
  it('serves UDP, TCP and TLS on IPv4 and IPv6 at once', async () => {
    const listen = ['127.0.0.1', '::1'].flatMap((host) =>
      (['udp', 'tcp', 'tls'] as const).map((transport) => ({
        transport,
        host,
        port: 0,
        tls: IDENTITIES.server,
      })),
    );
    const timers = { ...QUICK, t1: 50 };
    const onInvite = (invite: IncomingInvite): void => void invite.accept({});
    const srs = await startAgent('udp', { listen, timers, onInvite });
    const src = await startAgent('udp', { listen, timers });
    for (const { transport, host, port } of srs.addresses) {
      const name = host.includes(':') ? `[${host}]` : host;
      const { dialog } = await src.agent.invite(
        callTo(`sip:srs@${name}:${String(port)};transport=${transport}`),
      );
      await dialog.bye();
    }
    const sources = srs.events.all
      .filter((event) => event.type === 'received' && event.method === 'INVITE')
      .map(({ source }) => `${source?.transport ?? ''} ${source?.address ?? ''}`);
    expect(sources.toSorted()).toEqual([
      'tcp 127.0.0.1',
      'tcp ::1',
      'tls 127.0.0.1',
      'tls ::1',
      'udp 127.0.0.1',
      'udp ::1',
    ]);
  });

  it('closes connections beyond its limits and takes new ones when others have gone', async () => {
    const srs = await tlsServer({}, { connectionLimits: { perSource: 1 } });
    const first = await peerOf(srs);
    const second = connectTcp(srs.address.port, srs.address.host);
    await new Promise<void>((resolve) => second.once('close', () => resolve()));
    first.close();
    await first.closed;
    let third: RawPeer | undefined;
    await until(() => srs.events.all.some((event) => event.type === 'transport-error'));
    while (third === undefined) third = await RawPeer.tls(srs.address).catch(() => undefined);
    peers.push(third);
    third.send(...requestLines('OPTIONS', {}, '', 'TLS'));
    expect((await third.responses.when(() => true)).status).toBe(200);
  });

  it('closes a stream that fell silent, unless a dialog needs it', async () => {
    const srs = await startAgent('tcp', { timers: { t1: 8, t2: 32, t4: 20, streamIdle: 40 } });
    const idle = await RawPeer.tcp(srs.address);
    const calling = await RawPeer.tcp(srs.address);
    peers.push(idle, calling);
    idle.send(...requestLines('OPTIONS', {}, '', 'TCP'));
    calling.send(...requestLines('INVITE', { 'Call-ID': 'call' }, '', 'TCP'));
    const dialog = (await srs.invites.when(() => true)).accept({});
    dialog.onEnded = () => undefined;
    await idle.closed;
    calling.send('\r\n\r\n');
    void dialog.bye();
    await calling.requests.when((request) => request.method === 'BYE');
  });
});
