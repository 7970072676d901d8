import { text, typed, type ResourceType } from './attribute.ts';

export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** Groups of people (RFC 7643 section 4.2). A group in a group is refused: who belongs would not be plain to see. */
export const GROUP_TYPE: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'Groups of people.',
  schema: {
    id: GROUP_URN,
    name: 'Group',
    description: 'A group of people.',
    attributes: [
      text('displayName', 'Name of the group, by which rules give roles.', {
        required: true,
        uniqueness: 'server',
      }),
      typed('complex', 'members', 'People in the group.', {
        multiValued: true,
        subAttributes: [
          text('value', 'Id of the person.', { mutability: 'immutable', caseExact: true }),
          typed('reference', '$ref', 'Address of the person.', {
            mutability: 'immutable',
            referenceTypes: ['User'],
          }),
          text('type', 'What the member is.', { mutability: 'immutable', canonicalValues: ['User'] }),
          text('display', 'Name of the person; not shown, look at the person.', {
            mutability: 'readOnly',
            returned: 'never',
          }),
        ],
      }),
    ],
  },
  extensions: [],
};
