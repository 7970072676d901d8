import type { ScimUserRow } from '../../../recorder-core/records/scim-users.ts';
import { isList, isRecord, textAt, type Document, type DocumentValue } from '../documents/document.ts';
import { withMeta } from '../documents/with-meta.ts';
import { ENTERPRISE_URN, USER_URN } from '../schemas/user-schema.ts';

/** What is read from the person and not from what the directory once said. */
const OF_THE_PERSON = ['id', 'externalId', 'userName', 'active', 'title'] as const;
const OF_THE_PLACE = ['department', 'manager'] as const;

/** A user as a PATCH works on it: all that can be changed, and the id. */
export function editableUser(row: ScimUserRow): Document {
  const { person } = row;
  const said = row.document as Document;
  const inside = said[ENTERPRISE_URN];
  const enterprise: Record<string, DocumentValue> = {
    ...(isRecord(inside) ? inside : {}),
    ...(person.department === null ? {} : { department: person.department }),
    ...(person.managerId === null ? {} : { manager: { value: person.managerId } }),
  };
  return {
    ...said,
    id: row.id,
    userName: row.userName,
    active: person.status === 'active',
    ...(row.externalId === null ? {} : { externalId: row.externalId }),
    ...(person.job === null ? {} : { title: person.job }),
    ...(Object.keys(enterprise).length === 0 ? {} : { [ENTERPRISE_URN]: enterprise }),
  };
}

/** A user as it is shown. */
export function shownUser(row: ScimUserRow, baseUrl: string): Document {
  const { [ENTERPRISE_URN]: inside, ...document } = editableUser(row);
  const { managerId } = row.person;
  const enterprise = isRecord(inside) && {
    ...inside,
    ...(managerId !== null && {
      manager: {
        value: managerId,
        $ref: `${baseUrl}/Users/${managerId}`,
      },
    }),
  };
  const groups = row.groups.map(({ id, name }) => ({
    value: id,
    $ref: `${baseUrl}/Groups/${id}`,
    display: name,
    type: 'direct',
  }));
  return withMeta(
    {
      schemas: [USER_URN, ...(enterprise === false ? [] : [ENTERPRISE_URN])],
      ...document,
      ...(groups.length > 0 && { groups }),
      ...(enterprise !== false && { [ENTERPRISE_URN]: enterprise }),
    },
    {
      resourceType: 'User',
      created: row.createdAt,
      changed: row.changedAt,
      location: `${baseUrl}/Users/${row.id}`,
    },
  );
}

/** What of a document is kept as the directory says it; the rest has columns. */
export function keptOfUser(document: Document): Document {
  const { [ENTERPRISE_URN]: inside, ...rest } = document;
  const kept = Object.entries(rest).filter(([name]) => !(OF_THE_PERSON as readonly string[]).includes(name));
  const enterprise = isRecord(inside)
    ? Object.entries(inside).filter(([name]) => !(OF_THE_PLACE as readonly string[]).includes(name))
    : [];
  return Object.fromEntries([
    ...kept,
    ...(enterprise.length === 0 ? [] : [[ENTERPRISE_URN, Object.fromEntries(enterprise)] as const]),
  ]);
}

/** By which name people know somebody. */
export function nameOfUser(document: Document): string {
  const parts = [textAt(document, 'name', 'givenName'), textAt(document, 'name', 'familyName')];
  const candidates = [
    textAt(document, 'displayName'),
    textAt(document, 'name', 'formatted'),
    parts.filter((part) => part !== undefined).join(' '),
    textAt(document, 'userName'),
  ];
  return candidates.map((one) => one?.trim() ?? '').find((one) => one !== '') ?? 'Unnamed person';
}

/** All addresses, the preferred one first: the primary, else that of work, else the first. */
export function emailsOf(document: Document): string[] {
  const emails = isList(document['emails']) ? document['emails'].filter((one) => isRecord(one)) : [];
  const rank = (one: Document) => (one['primary'] === true ? 0 : one['type'] === 'work' ? 1 : 2);
  return emails
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((one) => (typeof one['value'] === 'string' ? [one['value']] : []));
}
