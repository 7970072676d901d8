import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAgents, startAgent, type TestAgent } from './test-support/agents.ts';
import { RawPeer, requestLines } from './test-support/raw-peer.ts';
import type { SipResponse } from './message.ts';
import type { Dialog, IncomingInvite, UserAgentOptions } from './user-agent.ts';

const peers: RawPeer[] = [];

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close();
  await closeAgents();
});

async function server(options: Partial<UserAgentOptions> = {}): Promise<{ srs: TestAgent; peer: RawPeer }> {
  const srs = await startAgent('udp', options);
  const peer = await RawPeer.udp(srs.address);
  peers.push(peer);
  return { srs, peer };
}

const status =
  (...wanted: number[]) =>
  (response: SipResponse): boolean =>
    wanted.includes(response.status);

const final = (method: string) => (response: SipResponse) =>
  response.status >= 200 && (response.headers.get('CSeq') ?? '').endsWith(method);

/** Sends one request and gives its final answer. */
async function ask(
  peer: RawPeer,
  method: string,
  over: Record<string, string | undefined> = {},
  body = '',
): Promise<SipResponse> {
  const before = peer.responses.all.length;
  peer.send(...requestLines(method, over, body));
  return peer.responses.when(
    (response) => final(method)(response) && peer.responses.all.indexOf(response) >= before,
  );
}

interface Standing {
  readonly srs: TestAgent;
  readonly peer: RawPeer;
  readonly dialog: Dialog;
  /** Headers that put a request into the dialog, with this CSeq number. */
  inDialog(method: string, cseq: number): Record<string, string>;
}

/** A call from a raw peer, answered and acknowledged unless told otherwise. */
async function callFromPeer(options: Partial<UserAgentOptions> = {}, acknowledge = true): Promise<Standing> {
  const { srs, peer } = await server(options);
  peer.send(...requestLines('INVITE', { CSeq: '10 INVITE' }));
  const invite = await srs.invites.when(() => true);
  const dialog = invite.accept({ contentType: 'application/sdp', body: Buffer.from('v=0') });
  const ok = await peer.responses.when(status(200));
  const inDialog = (method: string, cseq: number): Record<string, string> => ({
    Via: `SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bK-${method}-${String(cseq)};rport`,
    To: ok.headers.get('To') ?? '',
    CSeq: `${String(cseq)} ${method}`,
  });
  const acknowledged = new Promise<void>((resolve) => {
    dialog.onAck = () => resolve();
  });
  if (acknowledge) {
    peer.send(...requestLines('ACK', inDialog('ACK', 10)));
    await acknowledged;
  }
  return { srs, peer, dialog, inDialog };
}

describe('a request outside any dialog', () => {
  it.each([
    [
      'an unknown option in Require',
      'INVITE',
      { Require: 'siprec, nonsense' },
      420,
      ['Unsupported', 'nonsense'],
    ],
    ['a method we do not serve', 'REGISTER', {}, 405, ['Allow', 'INVITE']],
    ['an invented method', 'NEWMETHOD', {}, 405, ['Allow', 'INVITE']],
    ['a BYE of no dialog', 'BYE', { To: '<sip:srs@a>;tag=gone' }, 481, undefined],
    ['a re-INVITE of no dialog', 'INVITE', { To: '<sip:srs@a>;tag=gone' }, 481, undefined],
    ['an UPDATE without a tag', 'UPDATE', {}, 481, undefined],
    ['a CANCEL of nothing', 'CANCEL', {}, 481, undefined],
    ['a packed body', 'INVITE', { 'Content-Encoding': 'gzip' }, 415, ['Accept-Encoding', 'identity']],
    ['no Call-ID', 'INVITE', { 'Call-ID': undefined }, 400, undefined],
    ['a CSeq of another method', 'INVITE', { CSeq: '1 OPTIONS' }, 400, undefined],
    ['a CSeq beyond 32 bits', 'INVITE', { CSeq: '4294967296 INVITE' }, 400, undefined],
    ['a Max-Forwards that is no count', 'INVITE', { 'Max-Forwards': '-1' }, 400, undefined],
  ] as const)('is refused for %s', async (_name, method, over, wanted, header) => {
    const { srs, peer } = await server({ supported: ['siprec'] });
    peer.send(...requestLines(method, over));
    const response = await peer.responses.when((candidate) => candidate.status >= 200);
    expect(response.status).toBe(wanted);
    expect(response.headers.get('To')).toMatch(/;tag=/);
    if (header !== undefined) expect(response.headers.get(header[0])).toBe(header[1]);
    if (wanted === 400) {
      expect(response.headers.get('Warning')).toMatch(/^399 holdfast ".+"$/);
      expect(srs.events.all.some((event) => event.type === 'malformed' && event.reason !== undefined)).toBe(
        true,
      );
    }
    expect(srs.invites.all).toHaveLength(0);
  });

  it('gets 416 for a scheme we do not know and is served for tel', async () => {
    const { srs, peer } = await server({ onInvite: (invite) => invite.reject(486) });
    const lines = requestLines('INVITE');
    peer.send('INVITE nobody:home SIP/2.0', ...lines.slice(1));
    expect((await peer.responses.when((response) => response.status >= 200)).status).toBe(416);
    peer.send(
      'INVITE tel:+4420 SIP/2.0',
      ...requestLines('INVITE', { Via: 'SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bK2' }).slice(1),
    );
    await peer.responses.when(status(486));
    expect(srs.events.all.some((event) => event.status === 416)).toBe(true);
  });

  it('is answered on OPTIONS with what we are able to do', async () => {
    const { peer } = await server({
      supported: ['siprec'],
      optionsHeaders: { Accept: 'application/sdp' },
      serverName: 'Holdfast',
    });
    const { status: code, headers } = await ask(peer, 'OPTIONS');
    expect(code).toBe(200);
    expect(headers.getAll('Allow')).toContain('UPDATE');
    expect([headers.get('Supported'), headers.get('Accept'), headers.get('Server')]).toEqual([
      'siprec',
      'application/sdp',
      'Holdfast',
    ]);
  });

  it('is refused before anything else when the application does not admit it', async () => {
    const { srs, peer } = await server({ admit: () => ({ status: 503, headers: { 'Retry-After': '30' } }) });
    for (const method of ['INVITE', 'OPTIONS']) {
      const response = await ask(peer, method, { Require: 'nonsense' });
      expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '30']);
    }
    expect(srs.invites.all).toHaveLength(0);
  });

  it('gets 500 when admission throws', async () => {
    const { peer } = await server({
      admit: () => {
        throw new Error('broken');
      },
    });
    expect((await ask(peer, 'INVITE')).status).toBe(500);
  });

  it('is served with Max-Forwards 0, or answered 483 when set up so', async () => {
    const lenient = await server({ onInvite: (invite) => invite.reject(486) });
    expect((await ask(lenient.peer, 'INVITE', { 'Max-Forwards': '0' })).status).toBe(486);
    const strict = await server({ refuseSpentMaxForwards: true });
    expect((await ask(strict.peer, 'INVITE', { 'Max-Forwards': '0' })).status).toBe(483);
  });

  it('gets 482 when it is the second copy of one we serve', async () => {
    const { srs, peer } = await server();
    peer.send(...requestLines('INVITE'));
    const invite = await srs.invites.when(() => true);
    expect(
      (await ask(peer, 'INVITE', { Via: 'SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bK-other;rport' })).status,
    ).toBe(482);
    expect(srs.invites.all).toHaveLength(1);
    invite.reject(486);
  });

  it('gets 503 without a transaction once too many are held', async () => {
    const { srs, peer } = await server({ maxTransactions: 1 });
    peer.send(...requestLines('INVITE'));
    await srs.invites.when(() => true);
    const response = await ask(peer, 'OPTIONS');
    expect(response.status).toBe(503);
    expect(response.headers.has('Retry-After')).toBe(true);
  });

  it('is answered at its source port with rport, else at its sent-by port', async () => {
    const { srs, peer } = await server();
    const other = await RawPeer.udp(srs.address);
    peers.push(other);
    peer.send(...requestLines('OPTIONS', { Via: 'SIP/2.0/UDP 10.9.9.9:9;branch=z9hG4bK-a;rport' }));
    const first = await peer.responses.when(status(200));
    expect(first.headers.get('Via')).toBe(
      `SIP/2.0/UDP 10.9.9.9:9;branch=z9hG4bK-a;rport=${String(peer.port)};received=127.0.0.1`,
    );
    peer.send(
      ...requestLines('OPTIONS', {
        Via: `SIP/2.0/UDP 127.0.0.1:${String(other.port)};branch=z9hG4bK-b`,
        'Call-ID': 'second',
      }),
    );
    const second = await other.responses.when(status(200));
    expect(second.headers.get('Call-ID')).toBe('second');
  });
});

describe('an INVITE', () => {
  it('reaches the application once although it is retransmitted, and is answered 100 meanwhile', async () => {
    const { srs, peer } = await server();
    const lines = requestLines('INVITE');
    peer.send(...lines);
    peer.send(...lines);
    await peer.responses.when(status(100));
    peer.send(...lines);
    await srs.events.atLeast(3, (event) => event.type === 'received' && event.method === 'INVITE');
    expect(srs.invites.all).toHaveLength(1);
    srs.invites.all[0]?.reject(486);
    peer.send(...lines);
    await peer.responses.atLeast(2, status(486));
    peer.send(...requestLines('ACK', { Via: 'SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bK-INVITE-1;rport' }));
  });

  it('is matched without a branch cookie too, with its ACK', async () => {
    const { srs, peer } = await server({ onInvite: (invite) => invite.reject(486) });
    const via = { Via: 'SIP/2.0/UDP 127.0.0.1:PORT', From: '<sip:old@127.0.0.1>' };
    const refusal = await ask(peer, 'INVITE', via);
    expect(refusal.status).toBe(486);
    peer.send(...requestLines('ACK', { ...via, To: refusal.headers.get('To') ?? '' }));
    await srs.events.when((event) => event.type === 'received' && event.method === 'ACK');
    const sent = peer.responses.all.filter(status(486)).length;
    const next = await ask(peer, 'OPTIONS', { 'Call-ID': 'x' });
    expect(next.status).toBe(200);
    expect(peer.responses.all.filter(status(486)).length).toBeLessThanOrEqual(sent + 1);
  });

  it('keeps its 2xx coming until the ACK, and ends with BYE when there is none', async () => {
    const { peer, dialog, srs } = await callFromPeer({}, false);
    const ended = new Promise<string>((resolve) => {
      dialog.onEnded = resolve;
    });
    await peer.responses.atLeast(4, status(200));
    expect(await ended).toBe('no-ack');
    const bye = await peer.requests.when((request) => request.method === 'BYE');
    expect(bye.headers.get('CSeq')).toBe('1 BYE');
    const branch = bye.headers.get('Via') ?? '';
    peer.send(
      'SIP/2.0 200 OK',
      `Via: ${branch}`,
      ...['From', 'To', 'Call-ID', 'CSeq'].map((name) => `${name}: ${bye.headers.get(name) ?? ''}`),
      '',
      '',
    );
    await srs.events.when((event) => event.type === 'received' && event.method === 'BYE');
  });

  it('stops repeating its 2xx at a late ACK, and tells the application once', async () => {
    const { peer, dialog, inDialog, srs } = await callFromPeer({}, false);
    let acks = 0;
    dialog.onAck = () => {
      acks += 1;
    };
    await peer.responses.atLeast(3, status(200));
    const ack = requestLines('ACK', inDialog('ACK', 10), 'v=0');
    peer.send(...ack);
    peer.send(...ack);
    await srs.events.atLeast(2, (event) => event.type === 'received' && event.method === 'ACK');
    expect(acks).toBe(1);
    expect(dialog.state).toBe('confirmed');
  });

  it('waits with its own BYE for the ACK of its 2xx', async () => {
    const { peer, dialog, inDialog } = await callFromPeer({}, false);
    void dialog.bye();
    await peer.responses.atLeast(3, status(200));
    expect(peer.requests.all.map((request) => request.method)).toEqual([]);
    peer.send(...requestLines('ACK', inDialog('ACK', 10)));
    await peer.requests.when((request) => request.method === 'BYE');
    // A BYE that crosses ours is answered 200, not 481.
    expect((await ask(peer, 'BYE', inDialog('BYE', 11))).status).toBe(200);
  });

  it('answers a CANCEL that comes too late with 200 only', async () => {
    const { peer, dialog } = await callFromPeer();
    const cancel = { Via: 'SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bK-INVITE-1;rport', CSeq: '10 CANCEL' };
    expect((await ask(peer, 'CANCEL', cancel)).status).toBe(200);
    expect(dialog.state).toBe('confirmed');
    expect(peer.responses.all.some(status(487))).toBe(false);
  });

  it('is ended by a BYE before its answer as by CANCEL', async () => {
    const { srs, peer } = await server();
    peer.send(...requestLines('INVITE'));
    const invite: IncomingInvite = await srs.invites.when(() => true);
    invite.provisional(180);
    const ringing = await peer.responses.when(status(180));
    const bye = await ask(peer, 'BYE', { To: ringing.headers.get('To') ?? '', CSeq: '2 BYE' });
    expect(bye.status).toBe(200);
    await peer.responses.when(status(487));
    expect(invite.cancelled).toBe(true);
  });
});

describe('a request inside a dialog', () => {
  it('out of order is answered 500 and does not reach the application', async () => {
    const { peer, dialog, inDialog } = await callFromPeer();
    const seen: string[] = [];
    dialog.onRequest = ({ request, respond }) => {
      seen.push(request.headers.get('CSeq') ?? '');
      respond(200);
    };
    expect((await ask(peer, 'INFO', inDialog('INFO', 30))).status).toBe(200);
    expect((await ask(peer, 'INFO', inDialog('INFO', 29))).status).toBe(500);
    expect((await ask(peer, 'BYE', inDialog('BYE', 5))).status).toBe(500);
    expect((await ask(peer, 'INFO', inDialog('INFO', 31))).status).toBe(200);
    expect(seen).toEqual(['30 INFO', '31 INFO']);
    expect(dialog.state).toBe('confirmed');
  });

  it('with other tags is answered 481', async () => {
    const { peer, inDialog } = await callFromPeer();
    expect(
      (await ask(peer, 'INFO', { ...inDialog('INFO', 30), From: '<sip:src@127.0.0.1>;tag=forged' })).status,
    ).toBe(481);
  });

  it('collides: 491 with a re-INVITE of ours, 500 with Retry-After with one of theirs', async () => {
    const { peer, dialog, inDialog } = await callFromPeer();
    const ours = dialog.request('INVITE');
    ours.catch(() => undefined);
    await peer.requests.when((request) => request.method === 'INVITE');
    expect((await ask(peer, 'INVITE', inDialog('INVITE', 20))).status).toBe(491);
    // Bare metadata is no offer and collides with nothing.
    dialog.onRequest = ({ respond }) => respond(200);
    const metadata = {
      ...inDialog('UPDATE', 21),
      'Content-Type': 'application/rs-metadata+xml',
      'Content-Length': '4',
    };
    expect((await ask(peer, 'UPDATE', metadata, '<a/>')).status).toBe(200);
    const second = await callFromPeer();
    second.dialog.onRequest = () => undefined;
    second.peer.send(...requestLines('INVITE', second.inDialog('INVITE', 20)));
    await second.peer.responses.when(
      (response) => response.status === 100 && response.headers.get('CSeq') === '20 INVITE',
    );
    const early = await ask(second.peer, 'INVITE', second.inDialog('INVITE', 21));
    expect([early.status, early.headers.has('Retry-After')]).toEqual([500, true]);
  });

  it('is cancelled with 487 and the dialog lives on', async () => {
    const { peer, dialog, inDialog } = await callFromPeer();
    dialog.onRequest = () => undefined;
    const reinvite = inDialog('INVITE', 20);
    peer.send(...requestLines('INVITE', reinvite));
    await peer.responses.when(
      (response) => response.status === 100 && response.headers.get('CSeq') === '20 INVITE',
    );
    expect((await ask(peer, 'CANCEL', { ...reinvite, CSeq: '20 CANCEL' })).status).toBe(200);
    await peer.responses.when(status(487));
    expect(dialog.state).toBe('confirmed');
  });

  it('brings the body of a BYE to the application before the 200', async () => {
    const { peer, dialog, inDialog } = await callFromPeer();
    const order: string[] = [];
    dialog.onBye = (bye) => {
      order.push(`bye ${bye.body.toString()}`);
    };
    dialog.onEnded = (reason) => order.push(reason);
    const bye = await ask(peer, 'BYE', { ...inDialog('BYE', 11), 'Content-Length': '4' }, '<a/>');
    expect(bye.status).toBe(200);
    expect(order).toEqual(['bye <a/>', 'remote-bye']);
    expect((await ask(peer, 'INFO', inDialog('INFO', 12))).status).toBe(481);
  });

  it('answers a BYE when the application is done with it, and has ended the dialog by then', async () => {
    const { peer, dialog, inDialog } = await callFromPeer();
    const saved = Promise.withResolvers<undefined>();
    dialog.onBye = () => saved.promise;
    const ended = new Promise((resolve) => {
      dialog.onEnded = resolve;
    });
    const answered = ask(peer, 'BYE', inDialog('BYE', 11));
    expect(await ended).toBe('remote-bye');
    expect((await ask(peer, 'INFO', inDialog('INFO', 12))).status).toBe(481);
    expect(peer.responses.all.some(({ headers }) => headers.get('CSeq') === '11 BYE')).toBe(false);
    saved.resolve(undefined);
    expect((await answered).status).toBe(200);
  });

  it('moves the remote target, so that our next request goes to the new Contact', async () => {
    const { srs, peer, dialog, inDialog } = await callFromPeer();
    const moved = await RawPeer.udp(srs.address);
    peers.push(moved);
    dialog.onRequest = ({ respond }) => respond(200);
    await ask(peer, 'UPDATE', {
      ...inDialog('UPDATE', 11),
      Contact: `<sip:src@127.0.0.1:${String(moved.port)}>`,
    });
    void dialog.bye();
    await moved.requests.when((request) => request.method === 'BYE');
  });

  it('ends the dialog here when the peer answers ours with 481', async () => {
    const { peer, dialog, srs } = await callFromPeer();
    const ended = new Promise<string>((resolve) => {
      dialog.onEnded = resolve;
    });
    const response = dialog.request('INFO');
    const info = await peer.requests.when((request) => request.method === 'INFO');
    peer.send(
      'SIP/2.0 481 Gone',
      ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((n) => `${n}: ${info.headers.get(n) ?? ''}`),
      '',
      '',
    );
    expect((await response).status).toBe(481);
    expect(await ended).toBe('timeout');
    expect(srs.agent.load.dialogs).toBe(0);
  });
});
