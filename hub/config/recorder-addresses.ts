import { HoldfastError } from '../../recorder-core/errors.ts';
import type { RecorderFile } from './recorder-file.ts';
import type { Config } from './settings.ts';

type AddressSettings = Pick<Config, 'sipHost' | 'sipPort' | 'advertisedHost'>;

/** Where the recorder listens for SIP, and the name by which it is reached there. */
export interface SipAddress {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  readonly advertisedHost?: string | undefined;
}

/** Where the recorder takes media, and the address that its answers name. */
export interface MediaAddress {
  readonly host: string;
  readonly advertisedHost: string;
}

const EVERYWHERE = new Set(['0.0.0.0', '::']);

/** The SIP addresses of the file, or UDP and TCP where the simple settings say. Pure. */
export function sipAddresses(settings: AddressSettings, file: RecorderFile): readonly SipAddress[] {
  if (file.listen !== undefined) return file.listen;
  const { sipHost: host, sipPort: port, advertisedHost } = settings;
  return (['udp', 'tcp'] as const).map((transport) => ({ transport, host, port, advertisedHost }));
}

/**
 * The address for media: its own, or that of the first SIP address. Pure.
 * @throws HoldfastError `config_invalid` where no answer could name it: bound everywhere and advertised nowhere.
 */
export function mediaAddress(settings: AddressSettings, file: RecorderFile): MediaAddress {
  const host = file.media.host ?? file.listen?.[0]?.host ?? settings.sipHost;
  const advertisedHost = file.media.advertisedHost ?? settings.advertisedHost ?? host;
  if (!EVERYWHERE.has(advertisedHost)) return { host, advertisedHost };
  throw new HoldfastError(
    'config_invalid',
    `Media is taken on every address of this machine (${host}), so no answer can say where to send it. Set advertisedHost, or media.advertisedHost in the recorder's file, to the address that recording clients reach.`,
    { field: 'advertisedHost' },
  );
}

/** A SIP URI that leads to the first of these addresses. Pure. */
export function sipUriOf(addresses: readonly SipAddress[]): string {
  const [first] = addresses;
  if (first === undefined) return 'sip:recorder@127.0.0.1';
  const host = first.host.includes(':') ? `[${first.host}]` : first.host;
  if (first.transport === 'tls') return `sips:recorder@${host}:${first.port}`;
  return `sip:recorder@${host}:${first.port}${first.transport === 'tcp' ? ';transport=tcp' : ''}`;
}
