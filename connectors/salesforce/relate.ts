/** Finds the contact, lead, account and case that a recording is about, by the numbers and addresses of its parties. */
import type { Connection } from 'jsforce/lib/connection.js';
import { inPieces } from '../kit/in-pieces.ts';
import type { RecordingDocument } from '../kit/record.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import { recognise, searchTerms, type Recognised } from './addresses.ts';
import type { SalesforceContext } from './client.ts';
import { select } from './find-recordings.ts';
import { peopleOf, type People, type Person } from './people.ts';
import type { Relative } from './recording-object.ts';

/** Ids of what was found, and in one word how: `related`, `none`, `contact-ambiguous`, `unavailable` and the like. */
export type Relation = Readonly<Partial<Record<Relative, string>>> & { readonly relation: string };

/** All that a batch may be about. */
interface Known {
  readonly contacts: People;
  readonly leads: People;
  readonly accounts: People;
  readonly cases: ReadonlyMap<string, readonly string[]>;
}

/** Salesforce drops the operators of a search longer than 4000 characters; some seventy numbers fit. */
const MAX_SEARCH = 3900;
/** A fifth of the long requests that an organisation may have at once. */
const SEARCHES_AT_ONCE = 5;
/** A query stands in the address of its request, of which Salesforce takes 16 KiB; what comes besides is short. */
const MAX_EMAILS = 12_000;
const CONTACTS_PER_QUERY = 200;

/**
 * The relation of each recording, in order. More than one match of a kind is no match: it is said and nothing is guessed.
 * Where the user may not search, deliveries go on without. Throws RemoteFailure for everything that may pass.
 */
export async function relate(
  ctx: SalesforceContext,
  conn: Connection,
  records: readonly RecordingDocument[],
): Promise<Relation[]> {
  const kinds = new Set<Relative>(ctx.config.relate);
  if (kinds.size === 0) return records.map(() => ({ relation: 'none' }));
  const parties = records.map((record) => merge(record.parties.map(({ address }) => recognise(address))));
  try {
    const known = await search(conn, merge(parties), kinds);
    return parties.map((party) => choose(party, known, kinds));
  } catch (error) {
    if (!isRemoteFailure(error) || !['permission', 'config'].includes(error.remoteError.class)) throw error;
    ctx.log('warn', 'people could not be searched for', { reason: error.remoteError.class });
    return records.map(() => ({ relation: 'unavailable' }));
  }
}

function merge(all: readonly Recognised[]): Recognised {
  return {
    numbers: [...new Set(all.flatMap(({ numbers }) => numbers))],
    emails: [...new Set(all.flatMap(({ emails }) => emails))],
  };
}

async function search(
  conn: Connection,
  { numbers, emails }: Recognised,
  kinds: ReadonlySet<Relative>,
): Promise<Known> {
  const found: Record<'Contact' | 'Lead' | 'Account', Map<string, Person>> = {
    Contact: new Map(),
    Lead: new Map(),
    Account: new Map(),
  };
  const people = kinds.has('contact') || kinds.has('case') || kinds.has('account');
  const returning = [
    ...(people ? ['Contact(Id, AccountId, Phone, MobilePhone, Email)'] : []),
    ...(kinds.has('lead') ? ['Lead(Id, Phone, MobilePhone, Email WHERE IsConverted = false)'] : []),
    ...(kinds.has('account') ? ['Account(Id, Phone)'] : []),
  ].join(', ');
  for (const group of inPieces(searches(numbers), SEARCHES_AT_ONCE)) {
    const answers = await Promise.all(
      group.map((terms) => conn.search(`FIND {${terms}} IN PHONE FIELDS RETURNING ${returning}`)),
    );
    for (const record of answers.flatMap(({ searchRecords }) => searchRecords))
      keep(found, record.attributes?.type, record as unknown as Person);
  }
  for (const piece of piecesOf(emails)) {
    const fields = 'Id, Phone, MobilePhone, Email';
    if (people) {
      for (const person of await select<Person>(conn, `${fields}, AccountId`, 'Contact', 'Email', piece))
        keep(found, 'Contact', person);
    }
    if (kinds.has('lead')) {
      for (const person of await select<Person>(conn, fields, 'Lead', 'Email', piece, 'IsConverted = false'))
        keep(found, 'Lead', person);
    }
  }
  const contacts = [...found.Contact.values()];
  return {
    contacts: peopleOf(contacts),
    leads: peopleOf([...found.Lead.values()]),
    accounts: peopleOf([...found.Account.values()]),
    cases: kinds.has('case') ? await openCases(conn, contacts) : new Map(),
  };
}

/** The terms of as few searches as the numbers fit into. Digits only, so nothing of it can be an operator of the language. */
export function searches(numbers: readonly string[]): string[] {
  const all: string[] = [];
  for (const number of numbers) {
    const terms = searchTerms(number)
      .map((term) => `"${term}"`)
      .join(' OR ');
    const last = all.at(-1);
    if (last === undefined || last.length + terms.length > MAX_SEARCH) all.push(terms);
    else all[all.length - 1] = `${last} OR ${terms}`;
  }
  return all;
}

/** As few pieces as the addresses fit into, each as long as it stands in a query. */
function piecesOf(emails: readonly string[]): string[][] {
  const pieces: string[][] = [];
  let left = 0;
  for (const email of emails) {
    const length = encodeURIComponent(`'${email}',`).length + 4; // each quote becomes three characters
    if (length > left) {
      pieces.push([]);
      left = MAX_EMAILS;
    }
    pieces.at(-1)?.push(email);
    left -= length;
  }
  return pieces;
}

function keep(found: Record<string, Map<string, Person>>, type: string | undefined, person: Person): void {
  found[type ?? '']?.set(person.Id, person);
}

async function openCases(conn: Connection, contacts: readonly Person[]): Promise<Known['cases']> {
  const cases = new Map<string, string[]>();
  const ids = contacts.map(({ Id }) => Id);
  for (const piece of inPieces(ids, CONTACTS_PER_QUERY)) {
    const open = await select<{ readonly Id: string; readonly ContactId: string }>(
      conn,
      'Id, ContactId',
      'Case',
      'ContactId',
      piece,
      'IsClosed = false',
    );
    for (const { Id, ContactId } of open) cases.set(ContactId, [...(cases.get(ContactId) ?? []), Id]);
  }
  return cases;
}

function choose(party: Recognised, known: Known, kinds: ReadonlySet<Relative>): Relation {
  const contacts = known.contacts(party);
  const leads = contacts.length > 0 ? [] : known.leads(party);
  const [contact] = contacts;
  const chosen: Partial<Record<Relative, string>> = {};
  const ambiguous: Relative[] = [];
  const take = (kind: Relative, ids: readonly string[]): void => {
    if (!kinds.has(kind)) return;
    const [only] = ids;
    if (ids.length > 1) ambiguous.push(kind);
    else if (only !== undefined) chosen[kind] = only;
  };
  take(
    'contact',
    contacts.map(({ Id }) => Id),
  );
  take(
    'lead',
    leads.map(({ Id }) => Id),
  );
  if (contacts.length <= 1) {
    take('account', accountsOf(party, contact, known.accounts));
    take('case', contact === undefined ? [] : (known.cases.get(contact.Id) ?? []));
  }
  const found = Object.keys(chosen).length > 0 ? 'related' : 'none';
  return {
    ...chosen,
    relation: ambiguous.length === 0 ? found : ambiguous.map((kind) => `${kind}-ambiguous`).join(','),
  };
}

function accountsOf(party: Recognised, contact: Person | undefined, accounts: People): readonly string[] {
  if (typeof contact?.AccountId === 'string') return [contact.AccountId];
  return accounts(party).map(({ Id }) => Id);
}
