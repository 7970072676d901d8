/** How a former version is brought back: by the same act as any other change of that kind, with its rights and second person. */
import type { ConfigurationEntry } from '../../../../hub/api/schemas/configuration.ts';
import { call } from '../../api/client.ts';
import { t } from '../../i18n/t.ts';
import type { ConsoleAct } from '../../session/use-may.ts';

/** What is sent, with which right, and what happens then. */
export interface RestorePlan {
  readonly act: ConsoleAct;
  /** What will happen. */
  readonly meaning: string;
  /** The server asks for no reason where this is false. */
  readonly takesReason: boolean;
  readonly run: (reason: string, idempotencyKey: string) => Promise<unknown>;
}

type Content = Readonly<Record<string, unknown>> | null;

/** The plan; undefined where the kind has no way back from here, or the version is in force. */
export function restorePlan(entry: ConfigurationEntry, content: Content): RestorePlan | undefined {
  if (entry.state === 'current' || content === null) return undefined;
  return PLANS[entry.kind]?.(entry, content);
}

type PlanOf = (entry: ConfigurationEntry, content: NonNullable<Content>) => RestorePlan | undefined;

const PLANS: Partial<Record<ConfigurationEntry['kind'], PlanOf>> = {
  connection: ({ objectId, version, state }) =>
    state === 'removed'
      ? undefined
      : {
          act: 'connection.manage',
          meaning: t(
            'A new version with this content takes effect at once; deliveries in progress end by their own.',
          ),
          takesReason: true,
          run: (why, key) =>
            post(`connections/${of(objectId)}/roll-back`, { version: Number(version), why }, key),
        },
  webhook: ({ objectId }, { name, description, url, types }) => ({
    act: 'connection.manage',
    meaning: t('Name, address and events become these again at once; its keys stay.'),
    takesReason: false,
    run: (_why, key) => post(`webhooks/${of(objectId)}`, { name, description, url, types }, key),
  }),
  'access-policy': ({ version }) => ({
    act: 'access-policy.manage',
    meaning: t('A new version with this text is proposed; it decides once a second person has agreed.'),
    takesReason: true,
    run: (reason, key) => post(`access-policies/${of(version)}/publish`, { reason }, key),
  }),
  policy: ({ version }) => ({
    act: 'policy.manage',
    meaning: t('This version is proposed once more; it comes into force once a second person has agreed.'),
    takesReason: true,
    run: (reason, key) => post(`policy/own/${of(version)}/activate`, { reason }, key),
  }),
  'rule-pack': ({ version, state }) => ({
    act: 'policy.manage',
    meaning: t('This pack is proposed once more; it comes into force once a second person has agreed.'),
    takesReason: true,
    run: (reason, key) =>
      post(`policy/packs/${of(version)}/activate`, { reason, rollback: state === 'former' }, key),
  }),
  'role-rules': (_entry, { rules }) => ({
    act: 'identity-provider.manage',
    meaning: t('People get their role by these rules from their next sign-in on.'),
    takesReason: false,
    run: async (_why, key) => {
      const { version } = await call<{ version: number }>('/api/v1/role-rules');
      return post('role-rules', { version, rules }, key);
    },
  }),
  'incident-levels': (_entry, levels) => ({
    act: 'incident.manage',
    meaning: t(
      'A new version with these levels takes effect at once, also for incidents that nobody has taken on yet.',
    ),
    takesReason: true,
    run: async (reason, key) => {
      const { version } = await call<{ version: number }>('/api/v1/incident-levels');
      return post('incident-levels', { version, levels, reason }, key);
    },
  }),
  'access-rules': (_entry, rules) => ({
    act: 'incident.manage',
    meaning: t('These rules take effect at once; where they watch less, once a second person has agreed.'),
    takesReason: true,
    run: async (reason, key) => {
      const { version } = await call<{ version: number }>('/api/v1/access-rules');
      return post('access-rules', { ...rules, version, reason }, key);
    },
  }),
};

function post(path: string, body: object, idempotencyKey: string): Promise<unknown> {
  return call(`/api/v1/${path}`, { method: 'POST', body, idempotencyKey });
}

function of(name: string): string {
  return encodeURIComponent(name);
}

/** Why there is no way back from here; undefined where there is one, or none is needed. */
export function noWayBackInWords({ kind, state }: ConfigurationEntry): string | undefined {
  if (state === 'current') return undefined;
  if (kind === 'incident-levels' && state === 'removed')
    return t('The levels of the product come back on their own page, “Who is called”.');
  if (state === 'removed') return t('It was removed. Make it anew from what stands here.');
  if (kind === 'file')
    return t('A file is applied on the command line, where its references to secrets can be read.');
  if (kind === 'identity-provider')
    return t('Change it on its own page: a changed provider has to be tried before people sign in with it.');
  if (kind === 'hr-mapping' || kind === 'role-mapping')
    return t('It is changed on its own page; nothing brings a former version back by itself.');
  return undefined;
}
