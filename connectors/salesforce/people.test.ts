import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digitsOf, sameNumber } from './addresses.ts';
import { peopleOf, type Person } from './people.ts';

const digits = fc.string({ unit: fc.constantFrom('0', '1', '4', '9'), minLength: 4, maxLength: 14 });
const number = fc.oneof(
  digits,
  fc.constantFrom('+49 30 1234567', '0049301234567', '030 123 45 67', '1234567'),
);
const email = fc.constantFrom('ana@example.com', 'Ben@Example.com', 'carl@example.org');
const person = fc.record(
  {
    Phone: fc.option(number),
    MobilePhone: fc.option(number),
    Email: fc.option(email),
  },
  { requiredKeys: [] },
);

test('exactly those are found whose number is the same line or whose address is the same, each once', () => {
  fc.assert(
    fc.property(
      fc.array(person, { maxLength: 12 }),
      fc.array(number.map(digitsOf), { maxLength: 4 }),
      fc.array(
        email.map((text) => text.toLowerCase()),
        { maxLength: 2 },
      ),
      (given, numbers, emails) => {
        const all: Person[] = given.map((one, index) => ({ Id: String(index), ...one }));
        const wanted = all.filter(
          ({ Phone, MobilePhone, Email }) =>
            emails.includes(Email?.toLowerCase() ?? '-') ||
            [Phone, MobilePhone].some((written) =>
              numbers.some((one) => sameNumber(one, digitsOf(written ?? ''))),
            ),
        );
        const found = peopleOf(all)({ numbers, emails }).map(({ Id }) => Number(Id));
        expect(found.toSorted((a, b) => a - b)).toEqual(wanted.map(({ Id }) => Number(Id)));
      },
    ),
  );
});
