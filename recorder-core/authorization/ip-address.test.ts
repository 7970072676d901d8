import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { context, principal, recording } from '../../test/support/access-questions.ts';
import { authorize } from './authorize.ts';
import { comparedAddress, ipAddress } from './ip-address.ts';
import { parsePolicies } from './parse-policies.ts';
import { makePolicySet } from './policy-set.ts';

const isTaken = (text: string) => ipAddress.safeParse(text).success;

describe('an IP address', () => {
  test('is taken in each way of writing it, by the schema and by what the schema is described with', () => {
    const described = z.fromJSONSchema(z.toJSONSchema(ipAddress));
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        expect([address, isTaken(address), described.safeParse(address).success]).toEqual([
          address,
          true,
          true,
        ]);
      }),
      { examples: [['::ffff:192.0.2.1'], ['::1.2.3.4'], ['1:2:3:4:5:6:7.8.9.10'], ['::'], ['2001:DB8::A']] },
    );
  });

  test.each(['', 'no address', '1.2.3', '1.2.3.256', '::g', '1:2:3:4:5:6:7:8:9', 'fe80::1%eth0', '[::1]'])(
    'is not "%s"',
    (text) => expect(isTaken(text)).toBe(false),
  );
});

describe('the compared form', () => {
  test.each([
    ['192.0.2.9', '192.0.2.9'],
    ['::ffff:192.0.2.9', '192.0.2.9'],
    ['::FFFF:192.0.2.9', '192.0.2.9'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:0.0.0.9', '1:2:3:4:5:6:0:9'],
    ['2001:db8::1', '2001:db8::1'],
  ])('of %s is %s', (address, form) => expect(comparedAddress(address)).toBe(form));

  test('is one that a policy can decide by, whatever address it is', () => {
    const { policies } = parsePolicies(
      '@id("own/anywhere") @says("From anywhere.") permit (principal, action == Action::"hold.place", resource) when { context has address && (context.address.isIpv4() || context.address.isIpv6()) };',
    );
    const set = makePolicySet(
      1,
      policies.map(({ policy }) => policy),
    );
    const asked = { principal: principal({ role: 'none' }), act: 'hold.place', thing: recording() } as const;
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const { allowed, rule } = authorize(set, [], { ...asked, context: context({ address }) });
        expect([address, allowed, rule]).toEqual([address, true, 'own/anywhere']);
      }),
    );
  });
});
