import { describe, expect, it } from '@jest/globals';
import { parseMessage, type SipRequest } from './message.ts';
import { buildResponse } from './response.ts';

const request = (method: string): SipRequest =>
  parseMessage(
    [
      `${method} sip:srs@a SIP/2.0`,
      'Via: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2',
      'Record-Route: <sip:p1;lr>',
      'Via: SIP/2.0/UDP c;branch=z9hG4bK3',
      'Record-Route: <sip:p2;lr>',
      'From: <sip:x>;tag=f',
      'To: <sip:y>',
      'Call-ID: c',
      `CSeq: 1 ${method}`,
      'Timestamp: 54',
      '',
      '',
    ].join('\r\n'),
  ) as SipRequest;

describe('buildResponse', () => {
  it('repeats all Via in order and both Record-Route in what makes a dialog', () => {
    const ok = buildResponse(request('INVITE'), 200, 'l');
    expect(ok.headers.getAll('Via')).toEqual(request('INVITE').headers.getAll('Via'));
    expect(ok.headers.getAll('Record-Route')).toEqual(['<sip:p1;lr>', '<sip:p2;lr>']);
    expect(buildResponse(request('INVITE'), 486, 'l').headers.has('Record-Route')).toBe(false);
    expect(buildResponse(request('OPTIONS'), 200, 'l').headers.has('Record-Route')).toBe(false);
  });

  it('adds our tag to To except in 100, where Timestamp is repeated', () => {
    const trying = buildResponse(request('INVITE'), 100, 'l');
    expect([trying.headers.get('To'), trying.headers.get('Timestamp')]).toEqual(['<sip:y>', '54']);
    const refused = buildResponse(request('INVITE'), 486, 'l');
    expect([refused.headers.get('To'), refused.headers.has('Timestamp')]).toEqual(['<sip:y>;tag=l', false]);
  });

  it('turns line breaks in a reason into blanks, and refuses them in a header', () => {
    expect(buildResponse(request('INVITE'), 500, 'l', { reason: 'a\r\nX: b' }).reason).toBe('a X: b');
    expect(() => buildResponse(request('INVITE'), 500, 'l', { headers: { X: 'a\r\nY: b' } })).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });
});
