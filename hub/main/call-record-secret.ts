import type { InstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';

/** Under which the addresses of call records are digested; the same for the life of the installation. */
export function callRecordSecret(secrets: InstallationSecrets): Buffer {
  return secrets.secret('call-records-1', 32);
}
