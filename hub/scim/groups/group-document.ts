import type { ScimGroupRow } from '../../../recorder-core/records/scim-groups.ts';
import { isList, textAt, isRecord, type Document } from '../documents/document.ts';
import { withMeta } from '../documents/with-meta.ts';
import { GROUP_URN } from '../schemas/group-schema.ts';

/** A group as a PATCH works on it. */
export function editableGroup(row: ScimGroupRow): Document {
  const members = (row.members ?? []).map((value) => ({ value }));
  return {
    id: row.id,
    displayName: row.displayName,
    ...(row.externalId === null ? {} : { externalId: row.externalId }),
    ...(members.length > 0 && { members }),
  };
}

/** A group as it is shown; without members where they were not read. */
export function shownGroup(row: ScimGroupRow, baseUrl: string): Document {
  const members = (row.members ?? []).map((value) => ({
    value,
    $ref: `${baseUrl}/Users/${value}`,
    type: 'User',
  }));
  return withMeta(
    {
      schemas: [GROUP_URN],
      id: row.id,
      displayName: row.displayName,
      ...(row.externalId === null ? {} : { externalId: row.externalId }),
      ...(members.length > 0 && { members }),
    },
    {
      resourceType: 'Group',
      created: row.createdAt,
      changed: row.changedAt,
      location: `${baseUrl}/Groups/${row.id}`,
      version: row.version,
    },
  );
}

/** The ids of the members that a document names, each once. */
export function memberIds(document: Document): string[] {
  const members = isList(document['members']) ? document['members'] : [];
  const ids = members.flatMap((one) => {
    if (!isRecord(one)) return [];
    const id = textAt(one, 'value') ?? textAt(one, '$ref')?.split('/').at(-1);
    return [id?.toLowerCase() ?? ''];
  });
  return [...new Set(ids)];
}
