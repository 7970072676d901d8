import type { ConnectionPulse } from '../api/connections.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, t } from '../i18n/t.ts';
import { TOKEN_STATES } from './connection-words.ts';

/** On the board: how old the token is and when the next one comes, whether the breaker lets requests through, what is left. */
export function AccessCell({ pulse }: { readonly pulse: ConnectionPulse | undefined }) {
  if (pulse === undefined) return <span className="text-quiet">–</span>;
  const { token, breaker, quota } = pulse;
  const isSilent = token === null && breaker.state === 'closed' && quota?.remaining == null;
  if (isSilent) return <span className="text-quiet">–</span>;
  return (
    <span className="grid justify-items-start gap-0.5 text-sm">
      {token !== null && <Token token={token} />}
      {breaker.state !== 'closed' && (
        <Badge tone="warn">{breaker.state === 'open' ? t('Open: nothing is sent') : t('Trying one')}</Badge>
      )}
      {quota?.remaining != null && (
        <span className="text-quiet">
          {quota.limit === null
            ? t('{{left}} requests left', { left: number(quota.remaining) })
            : t('{{left}} of {{limit}} requests left', {
                left: number(quota.remaining),
                limit: number(quota.limit),
              })}
        </span>
      )}
    </span>
  );
}

function Token({ token }: { readonly token: NonNullable<ConnectionPulse['token']> }) {
  const { state, obtainedAt, refreshAt } = token;
  const { label, tone } = TOKEN_STATES[state];
  return (
    <>
      <Badge tone={tone}>{label}</Badge>
      {state === 'good' && obtainedAt !== null && (
        <span className="text-quiet">
          <Rich text="since <at/>" parts={{ at: <Timestamp instant={obtainedAt} /> }} />
          {refreshAt !== null && (
            <>
              {' · '}
              <Rich text="next one <at/>" parts={{ at: <Timestamp instant={refreshAt} /> }} />
            </>
          )}
        </span>
      )}
    </>
  );
}
