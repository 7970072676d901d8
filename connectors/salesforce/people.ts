import { digitsOf, lineOf, sameNumber, type Recognised } from './addresses.ts';

/** A contact, lead or account as far as a call can be with one. */
export interface Person {
  readonly Id: string;
  readonly AccountId?: string | null;
  readonly Phone?: string | null;
  readonly MobilePhone?: string | null;
  readonly Email?: string | null;
}

/** Those among many whose number or e-mail address a party has, each once. */
export type People = (party: Recognised) => readonly Person[];

/** Makes the question once for many parties: a batch is about as many people as it has recordings, and more. Pure. */
export function peopleOf(all: readonly Person[]): People {
  const byEmail = Map.groupBy(all, ({ Email }) => Email?.toLowerCase());
  const written = all.flatMap((person) =>
    [person.Phone, person.MobilePhone].map((number) => ({ digits: digitsOf(number ?? ''), person })),
  );
  const byLine = Map.groupBy(written, ({ digits }) => lineOf(digits));
  return ({ numbers, emails }) => {
    const found = new Set(emails.flatMap((email) => byEmail.get(email) ?? []));
    for (const number of numbers)
      for (const { digits, person } of byLine.get(lineOf(number) ?? '') ?? [])
        if (sameNumber(number, digits)) found.add(person);
    return [...found];
  };
}
