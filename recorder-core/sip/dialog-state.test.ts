import { describe, expect, it } from '@jest/globals';
import { DialogState } from './dialog-state.ts';
import { Headers, type HeaderRow } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';

const body = Buffer.alloc(0);
const base: HeaderRow[] = [
  ['From', '<sip:src@a>;tag=f'],
  ['To', '<sip:srs@b>'],
  ['Call-ID', 'c'],
  ['CSeq', '7 INVITE'],
];
const invite = (...rows: HeaderRow[]): SipRequest => ({
  kind: 'request',
  method: 'INVITE',
  uri: 'sip:srs@b',
  headers: new Headers([...base, ...rows]),
  body,
});

describe('DialogState', () => {
  it('turns From and To round for the callee and counts CSeq from its own start', () => {
    const state = DialogState.ofServer(
      invite(['Contact', '<sip:src@192.0.2.1:5070>;+sip.src']),
      'l',
      'sip:x',
    );
    expect([state.callId, state.localTag, state.remoteTag]).toEqual(['c', 'l', 'f']);
    const bye = state.request('BYE');
    expect(bye.uri).toBe('sip:src@192.0.2.1:5070');
    expect(bye.headers.get('From')).toBe('<sip:srs@b>;tag=l');
    expect(bye.headers.get('To')).toBe('<sip:src@a>;tag=f');
    expect(bye.headers.get('CSeq')).toBe('1 BYE');
    expect(state.request('INFO').headers.get('CSeq')).toBe('2 INFO');
    expect(state.nextHop()).toEqual({ transport: undefined, host: '192.0.2.1', port: 5070 });
  });

  it('keeps the caller’s CSeq for ACK and reverses Record-Route', () => {
    const response: SipResponse = {
      kind: 'response',
      status: 200,
      reason: 'OK',
      headers: new Headers([
        ...base.map((row): HeaderRow => (row[0] === 'To' ? ['To', '<sip:srs@b>;tag=r'] : row)),
        ['Record-Route', '<sip:p1;lr>, <sip:p2;lr>'],
        ['Contact', '<sip:srs@192.0.2.2>'],
      ]),
      body,
    };
    const state = DialogState.ofClient(invite(), response);
    const ack = state.request('ACK', 7);
    expect(ack.headers.get('CSeq')).toBe('7 ACK');
    expect(ack.headers.getAll('Route')).toEqual(['<sip:p2;lr>', '<sip:p1;lr>']);
    expect(ack.uri).toBe('sip:srs@192.0.2.2');
    expect(state.nextHop().host).toBe('p2');
    expect(state.request('BYE').headers.get('CSeq')).toBe('8 BYE');
  });

  it('writes the request for a strict router as it wants it', () => {
    const state = DialogState.ofServer(
      invite(
        ['Contact', '<sip:src@192.0.2.1>'],
        ['Record-Route', '<sip:strict>'],
        ['Record-Route', '<sip:p2;lr>'],
      ),
      'l',
      'sip:x',
    );
    const bye = state.request('BYE');
    expect(bye.uri).toBe('sip:strict');
    expect(bye.headers.getAll('Route')).toEqual(['<sip:p2;lr>', '<sip:src@192.0.2.1>']);
    expect(state.nextHop().host).toBe('strict');
  });

  it('uses the fallback for a Contact that is missing or no address, and later ones only when usable', () => {
    const state = DialogState.ofServer(
      invite(['Contact', '<nonsense>']),
      'l',
      'sip:192.0.2.3:5090;transport=tcp',
    );
    expect(state.nextHop()).toEqual({ transport: 'tcp', host: '192.0.2.3', port: 5090 });
    state.refreshTarget(new Headers([['Contact', '*']]));
    expect(state.nextHop().host).toBe('192.0.2.3');
    state.refreshTarget(new Headers([['Contact', '<sip:new@192.0.2.4>']]));
    expect(state.nextHop().host).toBe('192.0.2.4');
  });

  it('takes only rising CSeq numbers', () => {
    const state = DialogState.ofServer(invite(), 'l', 'sip:x');
    expect([8, 8, 7, 20, 19, 21].map((number) => state.takeCSeq(number))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });
});
