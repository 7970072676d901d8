import { z } from 'zod';
import { serviceUrl, setting, text, type Setting } from './setting.ts';

/** Settings of where the root keys are; a part of `SETTINGS`. docs/keys.md. */
export const KEY_PROVIDER_SETTINGS = {
  keyRing: setting(text.optional(), 'File of the key ring; default <data>/key-ring.json.', {
    flag: 'key-ring',
  }),
  keyProvider: setting(
    z.enum(['local', 'pkcs11', 'transit', 'aws-kms', 'azure-key-vault']).default('local'),
    'Where the root keys are: `local` is a file, for development; the others are an HSM or a key service. docs/keys.md has each.',
    { flag: 'key-provider' },
  ),
  keyName: setting(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
      .default('holdfast-root'),
    'What the names of root keys begin with in an HSM or key service; for AWS KMS the alias without `alias/`.',
    { flag: 'key-name' },
  ),
  pkcs11Library: setting(text.optional(), "For `pkcs11`: path of the HSM vendor's library.", {
    flag: 'pkcs11-library',
  }),
  pkcs11Token: setting(text.optional(), 'For `pkcs11`: label of the token that holds the root keys.', {
    flag: 'pkcs11-token',
  }),
  pkcs11PinFile: setting(text.optional(), 'For `pkcs11`: file with the user PIN of the token.', {
    flag: 'pkcs11-pin-file',
  }),
  transitUrl: setting(
    serviceUrl.optional(),
    'For `transit`: address of Vault or OpenBao; http only for an agent on this machine.',
    { flag: 'transit-url' },
  ),
  transitTokenFile: setting(
    text.optional(),
    'For `transit`: file with the token; it is read for every call.',
    {
      flag: 'transit-token-file',
    },
  ),
  transitMount: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/)
      .optional(),
    'For `transit`: path of the transit engine; default transit.',
    { flag: 'transit-mount' },
  ),
  transitNamespace: setting(text.optional(), 'For `transit`: namespace, where there are any.', {
    flag: 'transit-namespace',
  }),
  transitCaFile: setting(
    text.optional(),
    "For `transit`: certificate authorities in PEM to trust instead of the system's.",
    { flag: 'transit-ca-file' },
  ),
  awsKmsRegion: setting(
    z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .optional(),
    'For `aws-kms`: region of the keys. Credentials come from where AWS programs look for them.',
    { flag: 'aws-kms-region' },
  ),
  awsKmsEndpoint: setting(
    serviceUrl.optional(),
    'For `aws-kms`: another address of the service, such as a VPC endpoint.',
    { flag: 'aws-kms-endpoint' },
  ),
  awsKmsDeletionDays: setting(
    z.coerce.number().int().min(7).max(30).optional(),
    'For `aws-kms`: days that AWS waits before it deletes a root key; default 30. Until then its deletion can be cancelled.',
    { flag: 'aws-kms-deletion-days' },
  ),
  azureVaultUrl: setting(
    z.url({ protocol: /^https$/ }).optional(),
    'For `azure-key-vault`: address of the vault or managed HSM. Credentials come from where Azure programs look for them.',
    { flag: 'azure-vault-url' },
  ),
  azureKeyKind: setting(
    z.enum(['RSA-HSM', 'RSA', 'oct-HSM']).optional(),
    'For `azure-key-vault`: kind of new root keys; default RSA-HSM. RSA is kept in software, oct-HSM needs a managed HSM.',
    { flag: 'azure-key-kind' },
  ),
  keyCacheSeconds: setting(
    z.coerce.number().min(0).max(3600).default(300),
    'Seconds for which a process keeps an unwrapped key-encryption key in memory; with 0 the key provider is asked each time.',
    { flag: 'key-cache-seconds' },
  ),
  backupDays: setting(
    z.coerce.number().int().min(0).max(3650).default(35),
    'Days for which you keep backups of the database; certificates of disposal say until when one could still be opened.',
    { flag: 'backup-days' },
  ),
} satisfies Record<string, Setting>;
