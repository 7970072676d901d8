import { z } from 'zod';

/**
 * The YAML file of a recorder: what is structured and therefore no line in the table of settings. Every field is
 * described in docs/recorder-configuration.md; a field that does not exist is refused by its name.
 */

const text = z.string().min(1);
const port = z.int().min(0).max(65_535);
const transport = z.enum(['udp', 'tcp', 'tls']);
const host = z.union([z.ipv4(), z.ipv6(), z.hostname()], { error: 'an address or a host name' });
const network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'a network such as 192.0.2.0/24 or 2001:db8::/32, or one address',
});

const listenAddress = z.strictObject({
  transport,
  host,
  port,
  advertisedHost: host.optional(),
});

const tls = z.strictObject({
  key: text,
  certificate: text,
  authorities: text.optional(),
  minimumVersion: z.enum(['1.2', '1.3'], { error: '"1.3" or "1.2", in quotes' }).default('1.3'),
  clientCertificates: z.enum(['none', 'request', 'require']).default('none'),
});

const media = z.strictObject({
  host: host.optional(),
  advertisedHost: host.optional(),
});

/** A secret is never written here, only where it is found. */
const secretReference = z.union(
  [z.strictObject({ file: text }), z.strictObject({ environment: z.string().regex(/^[A-Z][A-Z0-9_]*$/) })],
  { error: '{ file: <path> } or { environment: <NAME> }, which stands for HOLDFAST_SECRET_<NAME>' },
);

const source = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and dashes, at most 40'),
  networks: z.array(network).min(1).optional(),
  transports: z.array(transport).min(1).optional(),
  digest: z
    .strictObject({ user: text, password: secretReference, realm: text.default('holdfast') })
    .optional(),
  certificate: z
    .strictObject({
      fingerprints: z
        .array(z.string().regex(/^([0-9A-Fa-f]{2}:?){32}$/, 'a SHA-256 fingerprint in hex'))
        .default([]),
      names: z.array(text).default([]),
    })
    .optional(),
  srtp: z.enum(['require', 'allow', 'refuse']).default('allow'),
  keysOverTlsOnly: z.boolean().default(false),
  dtmf: z.enum(['keep', 'mask']).default('keep'),
  mediaFrom: z.enum(['sdp', 'anywhere']).default('anywhere'),
  department: z.string().trim().min(1).max(200).optional(),
  classification: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and dashes, at most 40')
    .optional(),
});

/** Session timers (RFC 4028), in seconds. */
const sessionTimer = z.strictObject({
  minimum: z.int().min(90, 'RFC 4028 allows nothing below 90').default(90),
  preferred: z.int().min(90).default(1800),
});

/** When a running call is worth an alert. */
const alerts = z.strictObject({
  deadAfterSeconds: z.number().min(1).max(60).default(8),
  lossPercent: z.number().min(0.1).max(100).default(5),
  silentAfterSeconds: z.number().min(2).max(3600).default(8),
  silenceDbov: z.number().min(-96).max(-20).default(-60),
  silenceOf: z.enum(['call', 'stream']).default('call'),
});

const word = text.max(256);
const words = z.array(word).min(1);
const names = z.array(z.strictObject({ name: word, values: words.optional() })).min(1);

/** By what a call is known to be for a purpose; one sign that fits is enough. */
const signs = {
  numbers: z
    .array(
      z
        .string()
        .regex(/^(\+[\d .()-]{2,24}|\d{2,15})$/, 'the beginning of a number with +, or a whole one without'),
    )
    .min(1)
    .optional(),
  headers: names.optional(),
  metadata: names.optional(),
  departments: words.optional(),
};
const hasSign = [
  (one: Readonly<Record<string, unknown>>): boolean =>
    Object.keys(signs).some((sign) => one[sign] !== undefined),
  { error: 'it names no number, header, metadata or department by which it is known' },
] as const;

/** Those of a circumstance can also say that it is over. */
const endingNames = z
  .array(z.strictObject({ name: word, values: words.optional(), ends: words.optional() }))
  .min(1)
  .optional();

/** How consent is obtained and what is done without; the rules themselves are in the pack and the tenant's policy. */
const consent = z.strictObject({
  ownSide: z
    .strictObject({
      numbers: z
        .array(z.string().regex(/^\+[\d .()-]{2,24}$/, 'the beginning of a number, such as +4930123'))
        .default([]),
      domains: z.array(z.hostname()).default([]),
    })
    .prefault({}),
  withoutConsent: z.enum(['end', 'leave-out']).default('end'),
  waitSeconds: z.number().min(1).max(3600).default(60),
  mandated: z.boolean().default(false),
  crossBorder: z.enum(['block', 'tag', 'own-side', 'person']).default('block'),
  personDays: z.int().min(1).max(90).default(14),
  otherRegions: z
    .array(z.strictObject({ id: text, jurisdiction: z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/) }))
    .default([]),
  circumstances: z
    .array(
      z
        .strictObject({
          circumstance: z.enum(['payment-card', 'emergency', 'minor']),
          ...signs,
          headers: endingNames,
          metadata: endingNames,
        })
        .refine(...hasSign),
    )
    .default([]),
  purposes: z.array(z.strictObject({ purpose: text.max(100), ...signs }).refine(...hasSign)).default([]),
});

/** The whole file; everything in it may be left out. */
export const recorderFile = z
  .strictObject({
    listen: z.array(listenAddress).min(1).optional(),
    tls: tls.optional(),
    media: media.default({}),
    sources: z.array(source).min(1).optional(),
    sessionTimer: sessionTimer.prefault({}),
    alerts: alerts.prefault({}),
    consent: consent.prefault({}),
  })
  .superRefine(({ listen = [], tls: secure, sources = [], sessionTimer: timer }, context) => {
    const refuse = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    if (secure === undefined && listen.some((address) => address.transport === 'tls'))
      refuse(['tls'], 'an address listens with TLS, so key and certificate are needed');
    if (timer.preferred < timer.minimum)
      refuse(['sessionTimer', 'preferred'], 'it must not be less than sessionTimer.minimum');
    sources.forEach((one, index) => {
      const at = (...path: (string | number)[]): (string | number)[] => ['sources', index, ...path];
      if (sources.findIndex(({ name }) => name === one.name) < index)
        refuse(at('name'), 'another source has this name');
      if (one.certificate !== undefined && (secure?.clientCertificates ?? 'none') === 'none')
        refuse(at('certificate'), 'tls.clientCertificates must be "request" or "require" for it');
      if (one.certificate?.fingerprints.length === 0 && one.certificate.names.length === 0)
        refuse(at('certificate'), 'it names neither a fingerprint nor a name');
      if (one.srtp === 'refuse' && one.keysOverTlsOnly)
        refuse(at('keysOverTlsOnly'), 'srtp is "refuse", so there are no keys');
    });
  });

/** The file as it was checked, defaults filled in, secrets still only named. */
export type RecorderFile = z.output<typeof recorderFile>;
export type SecretReference = z.output<typeof secretReference>;
