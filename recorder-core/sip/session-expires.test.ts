import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Headers } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import {
  agreementOf,
  answerSession,
  askSession,
  DEFAULT_SESSION_TIMER,
  intervalFault,
  parseSessionExpires,
} from './session-expires.ts';

const request = (headers: Record<string, string>, method = 'INVITE'): SipRequest => ({
  kind: 'request',
  method,
  uri: 'sip:srs@a',
  headers: Headers.from(headers),
  body: Buffer.alloc(0),
});

const response = (headers: Record<string, string>): SipResponse => ({
  kind: 'response',
  status: 200,
  reason: 'OK',
  headers: Headers.from(headers),
  body: Buffer.alloc(0),
});

describe('a Session-Expires header', () => {
  it.each([
    ['1800', { seconds: 1800, refresher: undefined }],
    ['1800;refresher=uac', { seconds: 1800, refresher: 'uac' }],
    [' 90 ; Refresher = UAS ;x', { seconds: 90, refresher: 'uas' }],
    ['3600;refresher=nobody', { seconds: 3600, refresher: undefined }],
    ['', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['4294967296', undefined],
    ['99999999999999999999', undefined],
    ['soon', undefined],
  ] as const)('reads %j', (text, wanted) => {
    expect(parseSessionExpires(text)).toEqual(wanted);
  });

  it('is read without a throw whatever it holds, and never as more than 32 bits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d; =a-z]*$/)), (text) => {
        const read = parseSessionExpires(text);
        expect(read === undefined || (read.seconds > 0 && read.seconds <= 0xffff_ffff)).toBe(true);
      }),
    );
  });
});

describe('what a 2xx agrees to', () => {
  it.each([
    ['nothing, when nobody asked and the sender knows no timers', {}, undefined],
    ['our interval, refreshed by the sender who knows timers', { Supported: 'timer' }, '1800;refresher=uac'],
    [
      'the asked interval and refresher',
      { Supported: 'timer', 'Session-Expires': '600;refresher=uas' },
      '600;refresher=uas',
    ],
    [
      'the sender, when it names nobody',
      { Supported: 'timer', 'Session-Expires': '600' },
      '600;refresher=uac',
    ],
    ['us, when only a proxy asked', { 'Session-Expires': '600' }, '600;refresher=uas'],
    [
      'the sender that offers to refresh although it announces nothing',
      { 'Session-Expires': '600;refresher=uac' },
      '600;refresher=uac',
    ],
    ['no less than its Min-SE', { Supported: 'timer', 'Min-SE': '7200' }, '7200;refresher=uac'],
    ['nothing, when a proxy asked for too little', { 'Session-Expires': '30' }, undefined],
  ] as const)('is %s', (_name, headers, wanted) => {
    const answer = answerSession(request(headers), DEFAULT_SESSION_TIMER);
    expect(answer?.headers['Session-Expires']).toBe(wanted);
  });

  it('keeps the refreshing with whoever does it, unless the request says otherwise', () => {
    const current = { interval: 600, refresher: 'us' } as const;
    const silent = request({ Supported: 'timer', 'Session-Expires': '600' }, 'UPDATE');
    expect(answerSession(silent, DEFAULT_SESSION_TIMER, current)?.agreement).toEqual(current);
    const takes = request({ Supported: 'timer', 'Session-Expires': '600;refresher=uac' }, 'UPDATE');
    expect(answerSession(takes, DEFAULT_SESSION_TIMER, current)?.agreement.refresher).toBe('them');
  });

  it('says Require: timer exactly when the other side knows timers', () => {
    const known = answerSession(request({ Supported: 'timer' }), DEFAULT_SESSION_TIMER);
    const proxied = answerSession(request({ 'Session-Expires': '600' }), DEFAULT_SESSION_TIMER);
    expect([known?.headers['Require'], proxied?.headers['Require']]).toEqual(['timer', undefined]);
  });

  it('is understood alike by both sides', () => {
    const roles = fc.constantFrom(undefined, 'us' as const, 'them' as const);
    fc.assert(
      fc.property(fc.integer({ min: 90, max: 86_400 }), roles, (interval, role) => {
        const current = role && { interval, refresher: role };
        const asked = request({ Supported: 'timer', ...askSession(interval, 90, current) });
        const answer = answerSession(asked, DEFAULT_SESSION_TIMER);
        const learnt = agreementOf(response(answer?.headers ?? {}));
        expect(learnt?.interval).toBe(interval);
        expect(answer?.agreement.refresher).toBe(learnt?.refresher === 'us' ? 'them' : 'us');
        if (role !== undefined) expect(learnt?.refresher).toBe(role);
      }),
    );
  });
});

describe('422', () => {
  it('refuses too short an interval from a sender that knows timers, and from no other', () => {
    const short = { 'Session-Expires': '60' };
    expect(intervalFault(request({ ...short, Supported: 'timer' }), DEFAULT_SESSION_TIMER)).toEqual({
      status: 422,
      headers: { 'Min-SE': '90' },
    });
    expect(intervalFault(request(short), DEFAULT_SESSION_TIMER)).toBeUndefined();
    expect(
      intervalFault(request({ 'Session-Expires': '90', Supported: 'timer' }), DEFAULT_SESSION_TIMER),
    ).toBe(undefined);
    expect(intervalFault(request({ ...short, Supported: 'timer' }, 'INFO'), DEFAULT_SESSION_TIMER)).toBe(
      undefined,
    );
  });
});
