import type { Credential } from '../../connectors/kit/auth.ts';
import type { ConnectorManifest } from '../../connectors/kit/manifest.ts';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import { checkedCredential } from '../connections/checked-credential.ts';
import { sameJson, type FieldChange } from './field-changes.ts';
import type { FileFault } from './file-faults.ts';
import {
  parseReference,
  secretFields,
  type SecretReference,
  type SecretResolver,
} from './secret-references.ts';

/** Where the secrets of a file come from. */
export interface SecretSource {
  readonly resolve: SecretResolver;
  /** A secret that cannot be had stays as it is, where there is one; otherwise it is a fault. */
  readonly keepMissing: boolean;
  /** What a person is told of a secret that there is not; never with a value. */
  readonly lacking: (reference: SecretReference) => string;
}

type Written = Readonly<Record<string, unknown>> & { readonly type: string };

/**
 * The credential that a file asks for, with its references replaced. `fault` makes a fault at a field of the credential;
 * no message holds a secret.
 */
export async function wantedCredential(
  written: Written,
  manifest: ConnectorManifest,
  stored: Credential | undefined,
  secrets: SecretSource,
  fault: (path: readonly string[], message: string) => FileFault,
): Promise<Credential | { readonly faults: readonly FileFault[] }> {
  const faults: FileFault[] = [];
  const filled: Record<string, unknown> = { ...written };
  const kept = stored?.type === written.type ? (stored as Readonly<Record<string, unknown>>) : undefined;
  // A token that the host keeps and renews is never a file's.
  if (written.type === 'oauth2_code') filled['refreshToken'] = null;
  for (const field of secretFields(written.type)) {
    const value = filled[field];
    if (value === undefined || value === null) continue;
    const reference = parseReference(value);
    if (reference === undefined) {
      faults.push(fault([field], 'A secret does not belong in a file. Write ${env:NAME} or ${file:path}.'));
      continue;
    }
    const found = (await secrets.resolve(reference)) ?? (secrets.keepMissing ? kept?.[field] : undefined);
    if (typeof found === 'string' && found !== '') filled[field] = found;
    else faults.push(fault([field], secrets.lacking(reference)));
  }
  if (faults.length > 0) return { faults };
  try {
    return withStoredConsent(checkedCredential(manifest, filled), stored);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return { faults: [fault((error.field ?? '').split('/').slice(3), error.message)] };
  }
}

/** The same client keeps the consent that a person gave it; another one needs a new one. */
function withStoredConsent(given: Credential, stored: Credential | undefined): Credential {
  if (given.type !== 'oauth2_code' || stored?.type !== 'oauth2_code') return given;
  const same = given.clientId === stored.clientId && given.clientSecret === stored.clientSecret;
  return same ? stored : given;
}

/** What differs between two credentials; secrets are only named. */
export function credentialChanges(before: Credential | undefined, after: Credential): FieldChange[] {
  const [one, other] = [before ?? {}, after].map((each) => new Map<string, unknown>(Object.entries(each)));
  const secret = new Set([...secretFields(before?.type ?? ''), ...secretFields(after.type)]);
  return [...new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])]
    .sort()
    .filter((field) => !sameJson(one?.get(field), other?.get(field)))
    .map((field): FieldChange => {
      const path = `credential.${field}`;
      if (secret.has(field)) return { path, secret: true };
      const [was, is] = [one?.get(field), other?.get(field)];
      return {
        path,
        ...(was === undefined ? {} : { before: JSON.stringify(was) }),
        ...(is === undefined ? {} : { after: JSON.stringify(is) }),
      };
    });
}
