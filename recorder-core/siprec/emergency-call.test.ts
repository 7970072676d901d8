import { describe, expect, test } from '@jest/globals';
import { Headers } from '../sip/headers.ts';
import { emergencySign } from './emergency-call.ts';

const said = (headers: Record<string, string>, addresses: string[] = []): string | undefined =>
  emergencySign({ headers: Headers.from(headers) }, addresses);

describe('an emergency call', () => {
  test.each([
    [{ Priority: 'Emergency' }, 'header Priority'],
    [{ Priority: 'psap-callback' }, 'header Priority'],
    [{ 'Resource-Priority': 'dsn.flash, esnet.1' }, 'header Resource-Priority'],
    [{ To: '<urn:service:sos>' }, 'header To'],
    [{ To: '<URN:service:SOS.fire>;tag=1' }, 'header To'],
    [{ 'History-Info': '<sip:112@pbx.example>;index=1, <urn:service:sos>;index=1.1' }, 'header History-Info'],
  ])('is known by %j', (headers, by) => {
    expect(said(headers)).toBe(by);
  });

  test('is known by the address of a party', () => {
    expect(said({}, ['sip:+4930@a.example', 'urn:service:sos.ambulance'])).toBe('address urn:service:sos');
  });

  test.each([
    [{ Priority: 'urgent' }],
    [{ 'Resource-Priority': 'dsn.flash-override' }],
    [{ To: '<urn:service:sosial>' }],
    [{ To: '<urn:service:counseling>' }],
    [{ Subject: 'emergency' }],
  ])('is not known by %j', (headers) => {
    expect(said(headers, ['sip:sos@a.example', 'tel:112'])).toBeUndefined();
  });
});
