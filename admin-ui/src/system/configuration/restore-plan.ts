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
  const { kind, objectId, version, state } = entry;
  if (state === 'current' || content === null) return undefined;
  const post = (path: string, body: object, idempotencyKey: string) =>
    call(`/api/v1/${path}`, { method: 'POST', body, idempotencyKey });
  switch (kind) {
    case 'connection':
      if (state === 'removed') return undefined;
      return {
        act: 'connection.manage',
        meaning: t(
          'A new version with this content takes effect at once; deliveries in progress end by their own.',
        ),
        takesReason: true,
        run: (why, key) =>
          post(
            `connections/${encodeURIComponent(objectId)}/roll-back`,
            { version: Number(version), why },
            key,
          ),
      };
    case 'webhook': {
      const { name, description, url, types } = content;
      return {
        act: 'connection.manage',
        meaning: t('Name, address and events become these again at once; its keys stay.'),
        takesReason: false,
        run: (_why, key) =>
          post(`webhooks/${encodeURIComponent(objectId)}`, { name, description, url, types }, key),
      };
    }
    case 'access-policy':
      return {
        act: 'access-policy.manage',
        meaning: t('A new version with this text is proposed; it decides once a second person has agreed.'),
        takesReason: true,
        run: (reason, key) => post(`access-policies/${encodeURIComponent(version)}/publish`, { reason }, key),
      };
    case 'policy':
      return {
        act: 'policy.manage',
        meaning: t(
          'This version is proposed once more; it comes into force once a second person has agreed.',
        ),
        takesReason: true,
        run: (reason, key) => post(`policy/own/${encodeURIComponent(version)}/activate`, { reason }, key),
      };
    case 'rule-pack':
      return {
        act: 'policy.manage',
        meaning: t('This pack is proposed once more; it comes into force once a second person has agreed.'),
        takesReason: true,
        run: (reason, key) =>
          post(
            `policy/packs/${encodeURIComponent(version)}/activate`,
            { reason, rollback: state === 'former' },
            key,
          ),
      };
    case 'role-rules':
      return {
        act: 'identity-provider.manage',
        meaning: t('People get their role by these rules from their next sign-in on.'),
        takesReason: false,
        run: async (_why, key) => {
          const { version: now } = await call<{ version: number }>('/api/v1/role-rules');
          return post('role-rules', { version: now, rules: content['rules'] }, key);
        },
      };
    default:
      return undefined;
  }
}

/** Why there is no way back from here; undefined where there is one, or none is needed. */
export function noWayBackInWords({ kind, state }: ConfigurationEntry): string | undefined {
  if (state === 'current') return undefined;
  if (state === 'removed') return t('It was removed. Make it anew from what stands here.');
  if (kind === 'file')
    return t('A file is applied on the command line, where its references to secrets can be read.');
  if (kind === 'identity-provider')
    return t('Change it on its own page: a changed provider has to be tried before people sign in with it.');
  if (kind === 'hr-mapping' || kind === 'role-mapping')
    return t('It is changed on its own page; nothing brings a former version back by itself.');
  return undefined;
}
