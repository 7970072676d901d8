import { readFileSync } from 'node:fs';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Config } from '../config/settings.ts';

/** How the mail server of the installation is reached. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'implicit' | 'none';
  /** PEM; the system's authorities where left out. */
  readonly ca?: string;
  readonly login?: { readonly user: string; readonly password: string };
}

/** The settings that say so. */
export type MailServerConfig = Pick<
  Config,
  'smtpHost' | 'smtpPort' | 'smtpTls' | 'smtpCaFile' | 'smtpUser' | 'smtpPassword'
>;

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|::1)$/;

/**
 * The mail server as the settings name it; undefined where there is none. @throws HoldfastError `config_invalid` for a way
 * without TLS that leaves the machine, for half a login, and for a file that cannot be read.
 */
export function mailServerOf(config: MailServerConfig): MailServer | undefined {
  const { smtpHost: host, smtpPort, smtpTls: tls, smtpCaFile, smtpUser, smtpPassword } = config;
  if (host === undefined) return undefined;
  if (tls === 'none' && !LOOPBACK.test(host))
    throw invalid(
      'smtpTls',
      `Mail to ${host} would cross the network unencrypted, which \`none\` allows to the loopback only. Set HOLDFAST_SMTP_TLS=starttls, or name a server on this machine.`,
    );
  if ((smtpUser === undefined) !== (smtpPassword === undefined))
    throw invalid(
      smtpUser === undefined ? 'smtpUser' : 'smtpPassword',
      'A login at the mail server needs HOLDFAST_SMTP_USER and HOLDFAST_SMTP_PASSWORD; only one of the two is set. Set both, or neither.',
    );
  return {
    host,
    port: smtpPort,
    tls,
    ...(smtpCaFile !== undefined && { ca: readAuthorities(smtpCaFile) }),
    ...(smtpUser !== undefined &&
      smtpPassword !== undefined && { login: { user: smtpUser, password: smtpPassword } }),
  };
}

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HoldfastError(
      'config_invalid',
      `The file ${path}, which smtpCaFile names, cannot be read. Name a PEM file.`,
      {
        field: 'smtpCaFile',
        cause,
      },
    );
  }
}

function invalid(field: string, message: string): HoldfastError {
  return new HoldfastError('config_invalid', message, { field });
}
