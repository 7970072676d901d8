import { z } from 'zod';
import { headerName, list, setting, text, type Setting } from './setting.ts';

/** Settings of who is known, from where, and for how long; a part of `SETTINGS`. */
export const IDENTITY_SETTINGS = {
  countryHeader: setting(
    headerName,
    'Header by which the proxy before the hub tells from which country a request comes, as ISO 3166 has it, and which it takes from nobody else; docs/access-alerts.md.',
    { flag: 'country-header' },
  ),
  countryFile: setting(
    text.optional(),
    'CSV file of lines `range,country` (RFC 8805) by which the country of a request is known where no header tells it; docs/access-alerts.md.',
    { flag: 'country-file' },
  ),
  sessionIdleMinutes: setting(
    z.coerce.number().int().min(1).max(1440).default(30),
    'Minutes without an act of the person after which a session at the console ends.',
    { flag: 'session-idle-minutes' },
  ),
  sessionHours: setting(
    z.coerce.number().min(0.1).max(24).default(10),
    'Hours after which a session at the console ends, whatever the person does.',
    { flag: 'session-hours' },
  ),
  httpsCertificate: setting(
    text.optional(),
    'PEM file with the certificate of the hub and those between it and the root. With it and `httpsKey` the hub serves HTTPS itself; docs/sessions.md.',
    { flag: 'https-certificate' },
  ),
  httpsKey: setting(text.optional(), 'PEM file with the private key of that certificate.', {
    flag: 'https-key',
  }),
  httpsClientCa: setting(
    text.optional(),
    'PEM file with the authorities whose client certificates the hub looks at; machines prove themselves by them. It asks for them and demands none.',
    { flag: 'https-client-ca' },
  ),
  trustedProxies: setting(
    list.default(['loopback']),
    'Addresses or networks of the proxies before the hub, with commas between; `loopback` and `uniquelocal` are names for some. What they say in X-Forwarded-For is believed, what others say is not.',
    { flag: 'trusted-proxies' },
  ),
  regionHeader: setting(
    headerName,
    'Header by which the proxy before the hub tells from which region a request comes, named as `region` is, and which it takes from nobody else; without it a request comes from the region of the hub; docs/access.md.',
    { flag: 'region-header' },
  ),
} satisfies Record<string, Setting>;
