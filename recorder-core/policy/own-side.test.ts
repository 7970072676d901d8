import { expect, test } from '@jest/globals';
import { isOwn, type OwnSide } from './own-side.ts';

const OWN: OwnSide = { numbers: ['+4930123', '+1 (415) 555'], domains: ['example.com', 'Seats.Example.org'] };

test.each([
  ['sip:+493012345@sbc.example.com', true],
  ['tel:+49-30-123-45', true],
  ['<sip:+14155550100;phone-context=x@anything>', true],
  ['sip:alice@EXAMPLE.com;transport=tcp', true],
  ['sips:4711@seats.example.org:5061', true],
  // A number that is not in a range is somebody else's, whatever domain carries it.
  ['sip:+442079460001@example.com', false],
  ['sip:alice@evil-example.com', false],
  ['sip:alice@example.com.evil.net', false],
  ['sip:example.com', false],
  ['sip:@example.com', false],
  ['+4930', false],
  ['', false],
  [undefined, false],
] as const)('%s is own: %s', (address, own) => {
  expect(isOwn(address, OWN)).toBe(own);
});
