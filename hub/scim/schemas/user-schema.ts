import { plural, text, typed, type ResourceType, type Schema } from './attribute.ts';

export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** People (RFC 7643 section 4.1). What we do not act upon is kept and given back. */
const userSchema: Schema = {
  id: USER_URN,
  name: 'User',
  description: 'A person.',
  attributes: [
    text('userName', 'By what the directory tells people apart.', { required: true, uniqueness: 'server' }),
    typed('complex', 'name', 'The parts of the name.', {
      subAttributes: [
        text('formatted', 'The whole name.'),
        text('familyName', 'Family name.'),
        text('givenName', 'Given name.'),
        text('middleName', 'Middle names.'),
        text('honorificPrefix', 'Title before the name.'),
        text('honorificSuffix', 'What follows the name.'),
      ],
    }),
    text('displayName', 'The name by which the person is shown.'),
    text('nickName', 'What the person is called.'),
    typed('reference', 'profileUrl', 'Page about the person.', { referenceTypes: ['external'] }),
    text('title', 'The job, which with the department decides the role.'),
    text('userType', 'Relation to the organisation.'),
    text('preferredLanguage', 'Preferred languages.'),
    text('locale', 'Locale.'),
    text('timezone', 'Time zone.'),
    typed('boolean', 'active', 'Whether the person may sign in. Left out when the person is added: yes.', {
      required: true,
    }),
    text('password', 'Taken and thrown away: people sign in at the identity provider.', {
      mutability: 'writeOnly',
      returned: 'never',
      caseExact: true,
    }),
    plural('emails', 'E-mail addresses.', ['work', 'home', 'other']),
    plural('phoneNumbers', 'Telephone numbers.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    plural('ims', 'Addresses of instant messengers.'),
    plural('photos', 'Pictures.', ['photo', 'thumbnail'], pictureAddress()),
    typed('complex', 'addresses', 'Postal addresses.', {
      multiValued: true,
      subAttributes: [
        text('formatted', 'The whole address.'),
        text('streetAddress', 'Street and number.'),
        text('locality', 'Town.'),
        text('region', 'Region.'),
        text('postalCode', 'Postal code.'),
        text('country', 'Country.'),
        text('type', 'What it is for.', { canonicalValues: ['work', 'home', 'other'] }),
        typed('boolean', 'primary', 'Whether it is the preferred one; at most one is.'),
      ],
    }),
    typed('complex', 'groups', 'Groups of the person; changed at the groups.', {
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [
        text('value', 'Id of the group.', { mutability: 'readOnly', caseExact: true }),
        typed('reference', '$ref', 'Address of the group.', {
          mutability: 'readOnly',
          referenceTypes: ['Group'],
        }),
        text('display', 'Name of the group.', { mutability: 'readOnly' }),
        text('type', 'How the person belongs to it.', {
          mutability: 'readOnly',
          canonicalValues: ['direct', 'indirect'],
        }),
      ],
    }),
    plural('entitlements', 'What the directory entitles the person to; kept, never acted upon.'),
    plural('roles', 'Roles in the directory; kept, never acted upon.'),
    plural('x509Certificates', 'Certificates.', [], typed('binary', 'value', 'DER in base64.')),
  ],
};

function pictureAddress() {
  return typed('reference', 'value', 'Address of the picture.', { referenceTypes: ['external'] });
}

/** The enterprise extension (RFC 7643 section 4.3). */
const enterpriseSchema: Schema = {
  id: ENTERPRISE_URN,
  name: 'EnterpriseUser',
  description: 'A person in their organisation.',
  attributes: [
    text('employeeNumber', 'Number of the person.'),
    text('costCenter', 'Cost centre.'),
    text('organization', 'Organisation.'),
    text('division', 'Division.'),
    text('department', 'The department, which with the title decides the role.'),
    typed('complex', 'manager', 'Who takes over what the person looks after when they leave.', {
      subAttributes: [
        text('value', 'Id of the manager.', { caseExact: true }),
        typed('reference', '$ref', 'Address of the manager.', { referenceTypes: ['User'] }),
        text('displayName', 'Name of the manager; not shown, look at the manager.', {
          mutability: 'readOnly',
          returned: 'never',
        }),
      ],
    }),
  ],
};

/** Users, with the enterprise extension. */
export const USER_TYPE: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'People.',
  schema: userSchema,
  extensions: [enterpriseSchema],
};
