import { readFile } from 'node:fs/promises';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Config } from '../config/settings.ts';
import type { TemporalAccess } from '../worker/client.ts';

type AccessConfig = Pick<
  Config,
  | 'temporalAddress'
  | 'temporalNamespace'
  | 'temporalTls'
  | 'temporalCaFile'
  | 'temporalServerName'
  | 'temporalCertificateFile'
  | 'temporalKeyFile'
  | 'temporalApiKeyFile'
>;

/**
 * How this process reaches Temporal and shows who it is. What is named in files is read now.
 * @throws config_invalid naming the setting: a certificate without its key, or a file that cannot be read.
 */
export async function readTemporalAccess(config: AccessConfig): Promise<TemporalAccess> {
  const { temporalAddress: address, temporalNamespace: namespace, temporalServerName: serverName } = config;
  const [authorities, certificate, key, apiKey] = await Promise.all([
    readNamed(config, 'temporalCaFile'),
    readNamed(config, 'temporalCertificateFile'),
    readNamed(config, 'temporalKeyFile'),
    readNamed(config, 'temporalApiKeyFile'),
  ]);
  if ((certificate === undefined) !== (key === undefined))
    throw new HoldfastError(
      'config_invalid',
      'Temporal is shown a certificate only with its private key. Set temporalCertificateFile and temporalKeyFile, or neither.',
      { field: certificate === undefined ? 'temporalCertificateFile' : 'temporalKeyFile' },
    );
  const isEncrypted =
    config.temporalTls || [authorities, certificate, apiKey, serverName].some((one) => one !== undefined);
  return {
    address,
    namespace,
    ...(isEncrypted && {
      tls: {
        ...(serverName !== undefined && { serverNameOverride: serverName }),
        ...(authorities !== undefined && { serverRootCACertificate: authorities }),
        ...(certificate !== undefined && key !== undefined && { clientCertPair: { crt: certificate, key } }),
      },
    }),
    ...(apiKey !== undefined && { apiKey: apiKey.toString('utf8').trim() }),
  };
}

async function readNamed(
  config: AccessConfig,
  field: 'temporalCaFile' | 'temporalCertificateFile' | 'temporalKeyFile' | 'temporalApiKeyFile',
): Promise<Buffer | undefined> {
  const path = config[field];
  if (path === undefined) return undefined;
  return readFile(path).catch((cause: unknown) => {
    throw new HoldfastError(
      'config_invalid',
      `The file that ${field} names cannot be read, so Temporal is not asked. Check the path and who may read it.`,
      { cause, field },
    );
  });
}
