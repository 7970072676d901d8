import { HoldfastError } from '../../recorder-core/errors.ts';
import { MOST_OPERATIONS, MOST_PAYLOAD_BYTES } from './bulk/read-bulk.ts';
import { LIST_URN } from './listing/list-resources.ts';
import { MOST_RESULTS } from './listing/read-query.ts';
import type { Attribute, ResourceType, Schema } from './schemas/attribute.ts';
import { GROUP_TYPE } from './schemas/group-schema.ts';
import { USER_TYPE } from './schemas/user-schema.ts';

type Json = Readonly<Record<string, unknown>>;

const TYPES: readonly ResourceType[] = [USER_TYPE, GROUP_TYPE];
const CONFIG_URN = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const TYPE_URN = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/** What this server can do (RFC 7643 section 5). */
export function serviceProviderConfig(baseUrl: string): Json {
  return {
    schemas: [CONFIG_URN],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: MOST_OPERATIONS, maxPayloadSize: MOST_PAYLOAD_BYTES },
    filter: { supported: true, maxResults: MOST_RESULTS },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Service token',
        description: 'The token of a service account with the scope scim, as Authorization: Bearer.',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** All types of resources, or the one of a name. @throws HoldfastError `not_found`. */
export function resourceTypes(baseUrl: string, name?: string): Json {
  const described = TYPES.map((type) => ({
    schemas: [TYPE_URN],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` },
  }));
  return name === undefined ? listOf(described) : oneOf(described, name);
}

/** All schemas, or the one of a URN. @throws HoldfastError `not_found`. */
export function schemas(baseUrl: string, urn?: string): Json {
  const described = TYPES.flatMap(({ schema, extensions }) => [schema, ...extensions]).map((schema) =>
    describeSchema(baseUrl, schema),
  );
  return urn === undefined ? listOf(described) : oneOf(described, urn);
}

function describeSchema(baseUrl: string, { id, name, description, attributes }: Schema) {
  return {
    schemas: [SCHEMA_URN],
    id,
    name,
    description,
    attributes: attributes.map(describeAttribute),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${id}` },
  };
}

function describeAttribute({ subAttributes, ...attribute }: Attribute): Json {
  return {
    ...attribute,
    ...(subAttributes !== undefined && { subAttributes: subAttributes.map(describeAttribute) }),
  };
}

function listOf(resources: readonly Json[]): Json {
  return {
    schemas: [LIST_URN],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

function oneOf(resources: readonly (Json & { readonly id: string })[], id: string): Json {
  const found = resources.find((one) => one.id.toLowerCase() === id.toLowerCase());
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is nothing of this name here.');
}
