import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAgents, startAgent, type TestAgent } from './test-support/agents.ts';
import { AUTHORITY, IDENTITIES } from './test-support/certificates.ts';
import { RawPeer, requestLines } from './test-support/raw-peer.ts';
import { Headers } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { SourceRule } from './source-rules.ts';
import {
  SourceGate,
  type InviteOptions,
  type ListenAddress,
  type Refusal,
  type SipSource,
  type UserAgentOptions,
} from './user-agent.ts';

const peers: RawPeer[] = [];

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await closeAgents();
});

const alice = { realm: 'recorder', username: 'alice', secret: { password: 'open sesame' } };

const bare = (): SipRequest => ({
  kind: 'request',
  method: 'INVITE',
  uri: 'sip:srs@a',
  headers: new Headers(),
  body: Buffer.alloc(0),
});

const from = (address: string, over: Partial<SipSource> = {}): SipSource => ({
  transport: 'udp',
  address,
  port: 5060,
  ...over,
});

const verdict = (rules: readonly SourceRule[], source: SipSource): string | number => {
  const admission = new SourceGate(rules).admit(bare(), source);
  return 'rule' in admission ? admission.rule.name : admission.refusal.status;
};

describe('source rules', () => {
  it('let in by network, IPv4 and IPv6, the first that covers, and refuse all others with 403', () => {
    const rules = [
      { name: 'one', networks: ['192.0.2.7'] },
      { name: 'site', networks: ['192.0.2.0/24', '2001:db8::/32'] },
    ];
    expect(verdict(rules, from('192.0.2.7'))).toBe('one');
    expect(verdict(rules, from('192.0.2.8'))).toBe('site');
    expect(verdict(rules, from('2001:db8:1::5'))).toBe('site');
    expect(verdict(rules, from('198.51.100.1'))).toBe(403);
    expect(verdict(rules, from('2001:db9::1'))).toBe(403);
    expect(verdict([], from('127.0.0.1'))).toBe(403);
    expect(verdict([{ name: 'all' }], from('2001:db9::1'))).toBe('all');
  });

  it('let in by transport', () => {
    const rules: SourceRule[] = [{ name: 'secure', transports: ['tls'] }];
    expect(verdict(rules, from('192.0.2.7', { transport: 'tls' }))).toBe('secure');
    expect(verdict(rules, from('192.0.2.7', { transport: 'tcp' }))).toBe(403);
  });

  it('let in by a certificate: its fingerprint, or its name when it is vouched for', () => {
    const rules = [{ name: 'sbc', clientCertificate: { names: ['SBC.example'], fingerprints: ['ab:CD'] } }];
    const tls = { protocol: 'TLSv1.3', cipher: 'x', authorized: true, names: ['sbc.example'] };
    const with_ = (over: object): SipSource =>
      from('192.0.2.7', { transport: 'tls', tls: { ...tls, fingerprint256: '00', ...over } });
    expect(verdict(rules, with_({}))).toBe('sbc');
    expect(verdict(rules, with_({ authorized: false }))).toBe(403);
    expect(verdict(rules, with_({ authorized: false, fingerprint256: 'AB:CD' }))).toBe('sbc');
    expect(verdict(rules, with_({ names: ['other.example'] }))).toBe(403);
    expect(verdict(rules, from('192.0.2.7'))).toBe(403);
  });

  it('do not open a lenient later rule to who leaves out the proof of a stricter one', () => {
    const strict = { name: 'strict', networks: ['192.0.2.0/24'], digest: alice };
    const open = { name: 'open' };
    expect(verdict([strict, open], from('192.0.2.7'))).toBe(401);
    expect(verdict([strict, open], from('198.51.100.1'))).toBe('open');
    expect(verdict([open, strict], from('192.0.2.7'))).toBe('open');
  });

  it.each([
    '300.0.0.1/8',
    '192.0.2.0/33',
    '2001:db8::/129',
    '192.0.2.0/',
    '192.0.2.0/24/1',
    'host.example',
    '',
  ])('that hold the network %j are refused with the name of the rule', (network) => {
    expect(() => new SourceGate([{ name: 'site-a', networks: [network] }])).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining('site-a') }),
    );
  });
});

function gated(
  rules: readonly SourceRule[],
): Required<Pick<UserAgentOptions, 'admit' | 'admitMoved'>> & { gate: SourceGate } {
  const gate = new SourceGate(rules);
  const admit = (request: SipRequest, source: SipSource): Refusal | undefined => {
    const admission = gate.admit(request, source);
    return 'refusal' in admission ? admission.refusal : undefined;
  };
  return { gate, admit, admitMoved: admit };
}

const callTo = (srs: TestAgent, over: Partial<InviteOptions> = {}): InviteOptions => ({
  target: srs.uri,
  from: 'sip:src@127.0.0.1',
  to: 'sip:srs@127.0.0.1',
  contentType: 'application/sdp',
  body: Buffer.from('v=0\r\n'),
  ...over,
});

describe('a user agent with source rules', () => {
  it('challenges with SHA-256 first, and takes the call of who knows the password', async () => {
    const { gate, ...hooks } = gated([{ name: 'sbc', digest: alice }]);
    const srs = await startAgent('udp', hooks);
    const peer = await RawPeer.udp(srs.address);
    peers.push(peer);
    peer.send(...requestLines('OPTIONS'));
    const challenge: SipResponse = await peer.responses.when(({ status }) => status === 401);
    const values = challenge.headers.getAll('WWW-Authenticate');
    expect(values.map((value) => /algorithm=([\w-]+)/.exec(value)?.[1])).toEqual(['SHA-256', 'MD5']);
    const src = await startAgent('udp');
    const credentials = { username: 'alice', password: 'open sesame' };
    const ringing = src.agent.invite(callTo(srs, { credentials }));
    const invite = await srs.invites.when(() => true);
    expect(invite.request.headers.get('Authorization')).toContain('algorithm=SHA-256');
    expect(gate.ruleOf(invite.request)?.name).toBe('sbc');
    const callee = invite.accept({});
    const acknowledged = new Promise<SipRequest>((resolve) => {
      callee.onAck = resolve;
    });
    const { dialog } = await ringing;
    expect((await acknowledged).headers.get('Authorization')).toBe(
      invite.request.headers.get('Authorization'),
    );
    // Inside the dialog, from where it has always come, nobody is asked again.
    callee.onRequest = ({ respond }) => respond(200);
    expect((await dialog.request('INFO')).status).toBe(200);
  });

  it('refuses a wrong password, no password, and credentials used before', async () => {
    const { admit } = gated([{ name: 'sbc', digest: alice }]);
    const srs = await startAgent('udp', { admit, onInvite: (invite) => invite.reject(486) });
    const src = await startAgent('udp');
    const wrong = { username: 'alice', password: 'open barley' };
    await expect(src.agent.invite(callTo(srs, { credentials: wrong }))).rejects.toThrow('401');
    await expect(src.agent.invite(callTo(srs))).rejects.toMatchObject({ code: 'unauthenticated' });
    const credentials = { username: 'alice', password: 'open sesame' };
    let used = '';
    const spy = await startAgent('udp', {
      admit: (request, source) => {
        used = request.headers.get('Authorization') ?? used;
        return admit(request, source);
      },
      onInvite: (invite) => invite.reject(486),
    });
    await expect(src.agent.invite(callTo(spy, { credentials }))).rejects.toThrow('486');
    const again = await RawPeer.udp(srs.address);
    peers.push(again);
    again.send(...requestLines('INVITE', { Authorization: used }));
    const { headers } = await again.responses.when(({ status }) => status === 401);
    expect(headers.getAll('WWW-Authenticate')[0]).toContain('stale=true');
  });

  it('answers 401 or 403 before it looks at anything else in the request', async () => {
    const { admit } = gated([{ name: 'elsewhere', networks: ['192.0.2.0/24'] }]);
    const srs = await startAgent('udp', { admit });
    const peer = await RawPeer.udp(srs.address);
    peers.push(peer);
    peer.send(...requestLines('INVITE', { Require: 'nonsense' }));
    expect((await peer.responses.when(({ status }) => status >= 200)).status).toBe(403);
    expect(srs.invites.all).toHaveLength(0);
  });

  it('asks again when a request inside a dialog comes from another address, and not for the same', async () => {
    const moved: string[] = [];
    const srs = await startAgent('udp', {
      listen: [{ transport: 'udp', host: '0.0.0.0', port: 0 }],
      admitMoved: (request, { address }) => {
        moved.push(`${request.method} ${address}`);
        return { status: 403 };
      },
    });
    const local = { ...srs.address, host: '127.0.0.1' };
    const peer = await RawPeer.udp(local);
    const thief = await RawPeer.udp(local, '127.0.0.2');
    peers.push(peer, thief);
    peer.send(...requestLines('INVITE'));
    const dialog = (await srs.invites.when(() => true)).accept({});
    const ok = await peer.responses.when(({ status }) => status === 200);
    const inDialog = { To: ok.headers.get('To') ?? '', CSeq: '2 BYE' };
    peer.send(...requestLines('ACK', { To: ok.headers.get('To') ?? '', CSeq: '1 ACK' }));
    thief.send(...requestLines('BYE', inDialog));
    expect((await thief.responses.when(({ status }) => status >= 200)).status).toBe(403);
    expect([dialog.state, moved]).toEqual(['confirmed', ['BYE 127.0.0.2']]);
    peer.send(
      ...requestLines('BYE', { ...inDialog, Via: 'SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bKown;rport' }),
    );
    await peer.responses.when(({ headers }) => headers.get('CSeq') === '2 BYE');
    expect([dialog.state, moved.length]).toEqual(['ended', 1]);
  });

  it('asks again when a request inside a dialog comes over another transport', async () => {
    const listen = (['tcp', 'udp'] as const).map((transport) => ({ transport, host: '127.0.0.1', port: 0 }));
    const { admitMoved, admit } = gated([{ name: 'streams only', transports: ['tcp'] }]);
    const srs = await startAgent('tcp', { listen, admit, admitMoved });
    const [tcp, udp] = srs.addresses as [ListenAddress, ListenAddress];
    const peer = await RawPeer.tcp(tcp);
    const other = await RawPeer.udp(udp);
    peers.push(peer, other);
    peer.send(...requestLines('INVITE', {}, '', 'TCP'));
    const dialog = (await srs.invites.when(() => true)).accept({});
    const ok = await peer.responses.when(({ status }) => status === 200);
    other.send(...requestLines('BYE', { To: ok.headers.get('To') ?? '', CSeq: '2 BYE' }));
    expect((await other.responses.when(({ status }) => status >= 200)).status).toBe(403);
    expect(dialog.state).toBe('confirmed');
  });

  it('lets in by client certificate over TLS', async () => {
    const { admit } = gated([{ name: 'sbc', clientCertificate: { names: ['sbc.example'] } }]);
    const tls = { ...IDENTITIES.server, ca: AUTHORITY, clientCertificate: 'request' } as const;
    const srs = await startAgent('tls', {
      listen: [{ transport: 'tls', host: '127.0.0.1', port: 0, tls }],
      admit,
    });
    const statusFor = async (identity: object): Promise<number> => {
      const peer = await RawPeer.tls(srs.address, identity);
      peers.push(peer);
      peer.send(...requestLines('OPTIONS', { 'Call-ID': String(peer.port) }, '', 'TLS'));
      return (await peer.responses.when(() => true)).status;
    };
    expect(await statusFor(IDENTITIES.client)).toBe(200);
    expect(await statusFor(IDENTITIES.stranger)).toBe(403);
    expect(await statusFor({})).toBe(403);
  });
});
