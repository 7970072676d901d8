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
  const byEmail = new Map<string, Person[]>();
  const byLine = new Map<string, { readonly digits: string; readonly person: Person }[]>();
  for (const person of all) {
    if (typeof person.Email === 'string') listed(byEmail, person.Email.toLowerCase()).push(person);
    for (const written of [person.Phone, person.MobilePhone]) {
      const digits = digitsOf(written ?? '');
      const line = lineOf(digits);
      if (line !== undefined) listed(byLine, line).push({ digits, person });
    }
  }
  return ({ numbers, emails }) => {
    const found = new Set(emails.flatMap((email) => byEmail.get(email) ?? []));
    for (const number of numbers)
      for (const { digits, person } of byLine.get(lineOf(number) ?? '') ?? [])
        if (sameNumber(number, digits)) found.add(person);
    return [...found];
  };
}

function listed<T>(lists: Map<string, T[]>, key: string): T[] {
  const found = lists.get(key) ?? [];
  if (found.length === 0) lists.set(key, found);
  return found;
}
