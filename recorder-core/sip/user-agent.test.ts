import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAgents, startAgent, until, type TestAgent } from './test-support/agents.ts';
import type { SipResponse } from './message.ts';
import type { Dialog, InviteOptions, SipTransport } from './user-agent.ts';

const sdp = (text: string): Buffer => Buffer.from(`v=0\r\ns=${text}\r\n`);

const callTo = (target: TestAgent, over: Partial<InviteOptions> = {}): InviteOptions => ({
  target: target.uri,
  from: 'sip:src@127.0.0.1',
  to: 'sip:srs@127.0.0.1',
  contentType: 'application/sdp',
  body: sdp('offer'),
  ...over,
});

const nextEnd = (dialog: Dialog): Promise<string> =>
  new Promise((resolve) => {
    dialog.onEnded = resolve;
  });

interface Call {
  readonly caller: Dialog;
  readonly callee: Dialog;
  readonly src: TestAgent;
  readonly srs: TestAgent;
}

/** A call that stands: 2xx sent, ACK arrived. */
async function establish(transport: SipTransport, host?: string): Promise<Call> {
  const src = await startAgent(transport, { contactParams: ';+sip.src' }, host);
  const srs = await startAgent(transport, { contactParams: ';+sip.srs', supported: ['siprec'] }, host);
  const ringing = src.agent.invite(callTo(srs, { headers: { Require: 'siprec' } }));
  const invite = await srs.invites.when(() => true);
  const callee = invite.accept({ contentType: 'application/sdp', body: sdp('answer') });
  const acknowledged = new Promise<void>((resolve) => {
    callee.onAck = () => resolve();
  });
  const { dialog: caller } = await ringing;
  await acknowledged;
  return { caller, callee, src, srs };
}

afterEach(closeAgents);

describe.each([
  ['udp', '127.0.0.1'],
  ['tcp', '127.0.0.1'],
  ['tls', '127.0.0.1'],
  ['udp', '::1'],
  ['tcp', '::1'],
  ['tls', '::1'],
] as const)('two user agents over %s on %s', (transport, host) => {
  it('set up a call with offer, answer, ACK and the Contacts of both sides', async () => {
    const src = await startAgent(transport, { contactParams: ';+sip.src' }, host);
    const srs = await startAgent(
      transport,
      { contactParams: ';+sip.srs', supported: ['siprec', 'timer'] },
      host,
    );
    const ringing = src.agent.invite(callTo(srs, { headers: { Require: 'siprec' } }));
    const invite = await srs.invites.when(() => true);
    expect(invite.source.transport).toBe(transport);
    expect(invite.request.body.toString()).toContain('s=offer');
    expect(invite.request.headers.get('Contact')).toContain('>;+sip.src');
    const callee = invite.accept({ contentType: 'application/sdp', body: sdp('answer') });
    const acknowledged = new Promise<string>((resolve) => {
      callee.onAck = (ack) => resolve(ack.method);
    });
    const { dialog, response } = await ringing;
    expect(response.status).toBe(200);
    expect(response.body.toString()).toContain('s=answer');
    expect(response.headers.get('Contact')).toContain(`:${String(srs.address.port)}`);
    expect(response.headers.get('Contact')).toContain('>;+sip.srs');
    expect(response.headers.getAll('Supported')).toEqual(['siprec', 'timer', 'replaces']);
    expect(await acknowledged).toBe('ACK');
    expect([dialog.state, callee.state]).toEqual(['confirmed', 'confirmed']);
    expect([dialog.localTag, dialog.remoteTag]).toEqual([callee.remoteTag, callee.localTag]);
  });

  it('exchange re-INVITE, UPDATE and INFO in both directions', async () => {
    const { caller, callee } = await establish(transport, host);
    for (const [from, to] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      to.onRequest = ({ request, respond }) => {
        respond(200, {
          contentType: 'text/plain',
          body: Buffer.from(`${request.method} ${request.body.toString()}`),
        });
      };
      for (const method of ['INVITE', 'UPDATE', 'INFO']) {
        const response = await from.request(method, {
          contentType: 'application/sdp',
          body: Buffer.from('v=0'),
        });
        expect([response.status, response.body.toString()]).toEqual([200, `${method} v=0`]);
        expect(response.headers.has('Contact')).toBe(method !== 'INFO');
      }
    }
  });

  it('end a call from either side, once for each', async () => {
    for (const ender of ['caller', 'callee'] as const) {
      const call = await establish(transport, host);
      const other = ender === 'caller' ? call.callee : call.caller;
      let byes = 0;
      other.onBye = () => {
        byes += 1;
      };
      const ends = Promise.all([nextEnd(call[ender]), nextEnd(other)]);
      await call[ender].bye();
      await call[ender].bye();
      expect(await ends).toEqual(['local-bye', 'remote-bye']);
      expect(byes).toBe(1);
      expect([call[ender].state, other.state]).toEqual(['ended', 'ended']);
      await expect(other.request('INFO')).rejects.toMatchObject({ code: 'conflict' });
    }
  });

  it('cancel a call: 200 to CANCEL, 487 to INVITE, both sides told', async () => {
    const srs = await startAgent(transport, {}, host);
    const src = await startAgent(transport, {}, host);
    const abort = new AbortController();
    const ringing = src.agent.invite(callTo(srs, { signal: abort.signal }));
    const invite = await srs.invites.when(() => true);
    const cancelled = new Promise<void>((resolve) => {
      invite.onCancel = resolve;
    });
    invite.provisional(180);
    await src.events.when((event) => event.status === 180);
    abort.abort();
    await expect(ringing).rejects.toMatchObject({ code: 'conflict' });
    await cancelled;
    expect(invite.cancelled).toBe(true);
    const sent = srs.events.all
      .filter((event) => event.type === 'sent')
      .map((event) => [event.method, event.status]);
    expect(sent.slice(-2)).toEqual([
      ['CANCEL', 200],
      ['INVITE', 487],
    ]);
    expect(() => invite.accept({})).toThrow(expect.objectContaining({ code: 'conflict' }));
    invite.reject(500);
  });

  it('turn a refusal into an error that names the status', async () => {
    const srs = await startAgent(
      transport,
      { onInvite: (invite) => invite.reject(503, undefined, { 'Retry-After': '7' }) },
      host,
    );
    const src = await startAgent(transport, {}, host);
    const refused = src.agent.invite(callTo(srs));
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 7000 });
    await expect(refused).rejects.toThrow('503');
    await srs.events.when((event) => event.type === 'received' && event.method === 'ACK');
  });
});

describe('a user agent', () => {
  it('answers 500 when the INVITE handler throws, and when its promise rejects', async () => {
    const src = await startAgent('udp');
    const fails = [
      (): void => {
        throw new Error('broken');
      },
      // eslint thinks of handlers as void; an application may still write an async one.
      (async (): Promise<void> => {
        await Promise.resolve();
        throw new Error('broken later');
      }) as () => void,
    ];
    for (const onInvite of fails) {
      const srs = await startAgent('udp', { onInvite });
      await expect(src.agent.invite(callTo(srs))).rejects.toThrow('500');
      await srs.events.when((event) => event.type === 'handler-error');
    }
  });

  it('answers 500 when a handler stays silent, inside and outside a dialog', async () => {
    const src = await startAgent('udp');
    const silent = await startAgent('udp');
    await expect(src.agent.invite(callTo(silent))).rejects.toThrow('500');
    const { caller, callee } = await establish('tcp');
    callee.onRequest = () => undefined;
    expect((await caller.request('INVITE')).status).toBe(500);
    expect((await caller.request('INFO')).status).toBe(500);
  });

  it('answers 500 when an in-dialog handler throws, 488 or 405 when there is none, and the call lives on', async () => {
    const { caller, callee } = await establish('udp');
    expect((await caller.request('INVITE')).status).toBe(488);
    expect((await caller.request('INFO')).status).toBe(405);
    expect((await caller.request('REFER')).status).toBe(405);
    expect((await caller.request('OPTIONS')).status).toBe(200);
    callee.onRequest = () => {
      throw new Error('broken');
    };
    expect((await caller.request('INVITE')).status).toBe(500);
    callee.onRequest = ({ respond }) => respond(200);
    expect((await caller.request('UPDATE')).status).toBe(200);
    expect(callee.state).toBe('confirmed');
  });

  it('still ends the dialog when the BYE handler throws', async () => {
    const { caller, callee } = await establish('udp');
    const ended = nextEnd(callee);
    callee.onBye = () => {
      throw new Error('broken');
    };
    await caller.bye();
    expect(await ended).toBe('remote-bye');
  });

  it.each([
    ['the answer', true],
    ['nothing, where its maker fails', false],
  ])('acknowledges a re-INVITE without an offer, with %s', async (_what, works) => {
    const { caller, callee } = await establish('tcp');
    callee.onRequest = ({ respond }) =>
      respond(200, { contentType: 'application/sdp', body: sdp('offer of the 200') });
    const acknowledged = new Promise<string>((resolve) => {
      callee.onAck = (ack) => resolve(ack.body.toString());
    });
    const seen: string[] = [];
    const response = await caller.request('INVITE', {
      acknowledge: (answer) => {
        seen.push(answer.body.toString());
        if (!works) throw new Error('broken');
        return { contentType: 'application/sdp', body: sdp('answer of the ACK') };
      },
    });
    expect([response.status, seen]).toEqual([200, [sdp('offer of the 200').toString()]]);
    expect(await acknowledged).toBe(works ? sdp('answer of the ACK').toString() : '');
  });

  it('ends a call with last words in the BYE', async () => {
    const { caller, callee } = await establish('tcp');
    const bye = new Promise<string>((resolve) => {
      callee.onBye = ({ headers, body }) => resolve(`${headers.get('Content-Type')} ${body.toString()}`);
    });
    await caller.bye({ contentType: 'application/rs-metadata+xml', body: Buffer.from('<recording/>') });
    expect(await bye).toBe('application/rs-metadata+xml <recording/>');
  });

  it('does not send a re-INVITE while it owes the answer to one', async () => {
    const { caller, callee, srs } = await establish('tcp');
    let answerLater: (() => void) | undefined;
    caller.onRequest = ({ respond }) => {
      answerLater = () => respond(200);
    };
    const ours = callee.request('INVITE');
    await srs.events.when(
      (event) => event.type === 'received' && event.method === 'INVITE' && event.status === 100,
    );
    await expect(caller.request('INVITE')).rejects.toMatchObject({ code: 'conflict' });
    answerLater?.();
    expect((await ours).status).toBe(200);
  });

  it('hangs up when a re-INVITE is never answered', async () => {
    const known = await establish('udp');
    const first = nextEnd(known.caller);
    await known.srs.agent.close();
    expect(known.callee.state).toBe('ended');
    await expect(known.caller.request('INVITE')).rejects.toMatchObject({ code: 'timeout' });
    expect(await first).toBe('timeout');
  });

  it('keeps a call whose connection is lost, although a re-INVITE cannot be delivered', async () => {
    const { caller, callee, src } = await establish('tcp');
    callee.onEnded = () => {
      throw new Error('The call has ended.');
    };
    await src.agent.close();
    await expect(callee.request('INVITE')).rejects.toMatchObject({ code: 'unavailable' });
    expect([callee.state, caller.state]).toEqual(['confirmed', 'ended']);
  });

  it('reports a call that nobody answers, and one that cannot be delivered', async () => {
    const src = await startAgent('udp');
    const gone = await startAgent('udp');
    await gone.agent.close();
    await expect(src.agent.invite(callTo(gone))).rejects.toMatchObject({ code: 'timeout' });
    const closed = await startAgent('tcp');
    await closed.agent.close();
    await expect(src.agent.invite(callTo(closed))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(
      src.agent.invite(callTo(gone, { target: 'sips:x@127.0.0.1;transport=udp' })),
    ).rejects.toMatchObject({
      code: 'unsupported',
    });
    await expect(src.agent.invite(callTo(gone, { target: 'nonsense' }))).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('takes a 40 KB INVITE over UDP, which arrives as many IP fragments', async () => {
    const src = await startAgent('udp');
    const srs = await startAgent('udp', {
      onInvite: (invite) => void invite.accept({ body: invite.request.body }),
    });
    const body = Buffer.alloc(40_000, 'x');
    const { response } = await src.agent.invite(callTo(srs, { body }));
    expect(response.body.equals(body)).toBe(true);
  });

  it('calls over TCP without listening on it, and is reached over its own connection', async () => {
    const src = await startAgent('udp');
    const srs = await startAgent('tcp');
    const ringing = src.agent.invite(callTo(srs));
    const callee = (await srs.invites.when(() => true)).accept({});
    const { dialog } = await ringing;
    const ended = nextEnd(dialog);
    await callee.bye();
    expect(await ended).toBe('remote-bye');
  });

  it('gets requests that follow the 2xx at once to the handlers set after invite resolved', async () => {
    const src = await startAgent('tcp');
    const answered = Promise.withResolvers<SipResponse>();
    const srs = await startAgent('tcp', {
      onInvite: (invite) => {
        const early = invite
          .accept({})
          .request('INFO', { contentType: 'text/plain', body: Buffer.from('early') });
        early.then(answered.resolve, answered.reject);
      },
    });
    const { dialog } = await src.agent.invite(callTo(srs));
    dialog.onRequest = ({ request, respond }) => {
      respond(200, { body: request.body });
    };
    const response = await answered.promise;
    expect([response.status, response.body.toString()]).toEqual([200, 'early']);
  });

  it('holds nothing after a call has ended and its transactions have run out', async () => {
    for (const transport of ['udp', 'tcp'] as const) {
      const { caller, callee, src, srs } = await establish(transport);
      callee.onRequest = ({ respond }) => respond(200);
      await caller.request('INVITE');
      expect(srs.agent.load.dialogs).toBe(1);
      await caller.bye();
      const held = (): number[] => [src.agent.load, srs.agent.load].flatMap((load) => Object.values(load));
      await until(() => held().every((count) => count === 0));
    }
  });

  it('refuses to start on a taken address with an error that names it, and leaves nothing bound', async () => {
    const first = await startAgent('tcp');
    await expect(startAgent('tcp', { listen: [{ ...first.address }] })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`127.0.0.1:${String(first.address.port)}`),
    });
  });
});
