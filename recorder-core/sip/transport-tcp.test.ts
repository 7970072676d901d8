import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAgents, startAgent, type TestAgent } from './test-support/agents.ts';
import { RawPeer, requestLines } from './test-support/raw-peer.ts';
import type { UserAgentOptions } from './user-agent.ts';

const peers: RawPeer[] = [];

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await closeAgents();
});

describe('bytes on TCP', () => {
  async function tcpServer(
    options: Partial<UserAgentOptions> = {},
  ): Promise<{ srs: TestAgent; peer: RawPeer }> {
    const srs = await startAgent('tcp', options);
    const peer = await RawPeer.tcp(srs.address);
    peers.push(peer);
    return { srs, peer };
  }
  const tcp = (method: string, over: Record<string, string> = {}): string[] =>
    requestLines(method, over, '', 'TCP');

  it('are answered over their connection, coalesced or split, with keep-alives between', async () => {
    const { peer } = await tcpServer();
    const one = tcp('OPTIONS', { 'Call-ID': 'one', Via: 'SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK1' }).join(
      '\r\n',
    );
    const two = tcp('OPTIONS', { 'Call-ID': 'two', Via: 'SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK2' }).join(
      '\r\n',
    );
    peer.send(`\r\n\r\n${one}\r\n${two.slice(0, 40)}`);
    await peer.responses.when((response) => response.headers.get('Call-ID') === 'one');
    peer.send(two.slice(40));
    await peer.responses.when((response) => response.headers.get('Call-ID') === 'two');
  });

  it('of ours go to the Contact over a new connection when that of the call has closed', async () => {
    const { srs, peer } = await tcpServer();
    const reachable = await startAgent('tcp');
    peer.send(...tcp('INVITE', { Contact: `<${reachable.uri}>` }));
    const dialog = (await srs.invites.when(() => true)).accept({});
    peer.close();
    await peer.closed;
    // Whoever listens there knows nothing of the call, which its 481 shows.
    // A request that meets the closing itself fails, and INFO may be tried again.
    const tries: (number | undefined)[] = [];
    while (tries.length < 50 && tries.at(-1) === undefined) {
      tries.push((await dialog.request('INFO').catch(() => undefined))?.status);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(tries.at(-1)).toBe(481);
    expect(reachable.events.all.some((event) => event.type === 'received' && event.method === 'INFO')).toBe(
      true,
    );
  });

  it('carry a BYE over a new connection when that of the call closes under it', async () => {
    const { srs, peer } = await tcpServer();
    const reachable = await startAgent('tcp');
    peer.send(...tcp('INVITE', { Contact: `<${reachable.uri}>` }));
    const dialog = (await srs.invites.when(() => true)).accept({});
    const { headers } = await peer.responses.when(({ status }) => status === 200);
    peer.send(...tcp('ACK', { To: headers.get('To') ?? '' }));
    await srs.events.when(({ type, method }) => type === 'received' && method === 'ACK');
    peer.close();
    await dialog.bye();
    expect(reachable.events.all.some(({ type, method }) => type === 'received' && method === 'BYE')).toBe(
      true,
    );
  });

  it('that lose their framing get an answer and the connection is closed; others live on', async () => {
    const { srs, peer } = await tcpServer();
    const other = await RawPeer.tcp(srs.address);
    peers.push(other);
    peer.send(...tcp('OPTIONS', { 'Content-Length': 'x' }));
    expect((await peer.responses.when(() => true)).status).toBe(400);
    await peer.closed;
    other.send(...tcp('OPTIONS'));
    expect((await other.responses.when(() => true)).status).toBe(200);
  });

  it('that come too slowly cost the peer its connection, also when nothing comes at all', async () => {
    const { srs, peer } = await tcpServer();
    const mute = await RawPeer.tcp(srs.address);
    peers.push(mute);
    peer.send('OPTIONS sip:a SIP/2.0', 'Via: ');
    await Promise.all([peer.closed, mute.closed]);
    expect(srs.events.all.filter((event) => event.type === 'transport-error')).toHaveLength(2);
  });
});
