import type { Credential } from '../../connectors/kit/auth.ts';
import type { MappingRow } from '../../connectors/kit/fields.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Content } from './configured-objects.ts';
import type { ConnectionContent } from './connection-content.ts';
import { placeholderFor, secretFields } from './secret-references.ts';

/**
 * A connection as a file has it. Where there is a secret, a reference to a variable stands, of which
 * none of `others` has the same; signing secrets are left out.
 */
export function writtenConnection(
  { name }: Pick<ConnectionRow, 'name'>,
  { connector, config, mappings, reshapes }: ConnectionContent,
  stored: Credential | undefined,
  others: readonly string[],
): Content {
  const credential =
    stored === undefined || stored.type === 'webhook' ? undefined : writtenCredential(name, stored, others);
  const rows = Object.entries(mappings).map(([operation, each]) => [operation, each.map(writtenRow)]);
  return {
    name,
    connector,
    config,
    ...(credential && { credential }),
    ...(rows.length > 0 && { mappings: Object.fromEntries(rows) as Content }),
    ...(Object.keys(reshapes).length > 0 && { reshapes }),
  };
}

function writtenCredential(connection: string, stored: Credential, others: readonly string[]): Content {
  const secret = secretFields(stored.type);
  const fields = Object.entries(stored)
    // A token that the host keeps and renews is never a file's.
    .filter(
      ([field, value]) => value !== null && !(stored.type === 'oauth2_code' && field === 'refreshToken'),
    )
    .map(([field, value]) => [
      field,
      secret.includes(field) ? placeholderFor(connection, field, others) : value,
    ]);
  return Object.fromEntries(fields) as Content;
}

/** What is usual is left out, as it may be in a file. */
function writtenRow({ target, expr, type, onNull, onError, redact }: MappingRow): Content {
  return {
    target,
    expr,
    ...(type !== 'text' && { type }),
    ...(onNull !== 'skip' && { onNull }),
    ...(onError !== 'reject' && { onError }),
    ...(redact && { redact }),
  };
}
