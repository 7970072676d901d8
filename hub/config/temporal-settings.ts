import { z } from 'zod';
import { setting, text, type Setting } from './setting.ts';

/** Settings of the way to Temporal; a part of `SETTINGS`. docs/operations.md. */
export const TEMPORAL_SETTINGS = {
  temporalAddress: setting(text.default('127.0.0.1:7233'), 'Temporal frontend, host:port.', {
    flag: 'temporal-address',
  }),
  temporalNamespace: setting(text.default('holdfast'), 'Temporal namespace.', { flag: 'temporal-namespace' }),
  temporalTls: setting(
    z.stringbool().default(false),
    'Whether the way to Temporal is encrypted and the server must show a certificate; so it is in any case where one of the settings below is given.',
    { flag: 'temporal-tls' },
  ),
  temporalCaFile: setting(
    text.optional(),
    "PEM file with the authorities that Temporal's certificate is checked against, in place of the usual public ones.",
    { flag: 'temporal-ca-file' },
  ),
  temporalServerName: setting(
    text.optional(),
    "Name that Temporal's certificate must have, where it is reached under another one.",
    { flag: 'temporal-server-name' },
  ),
  temporalCertificateFile: setting(
    text.optional(),
    'PEM file with the certificate that we show to Temporal; needs temporalKeyFile.',
    { flag: 'temporal-certificate-file' },
  ),
  temporalKeyFile: setting(text.optional(), 'PEM file with the private key of that certificate.', {
    flag: 'temporal-key-file',
  }),
  temporalApiKeyFile: setting(
    text.optional(),
    'File with the API key for Temporal; read at the start, so restart the worker with a new one before the old one ends.',
    { flag: 'temporal-api-key-file' },
  ),
} satisfies Record<string, Setting>;
