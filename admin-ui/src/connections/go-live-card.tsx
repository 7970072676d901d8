import { Link, useNavigate } from '@tanstack/react-router';
import { CircleCheck, CircleX, Play } from 'lucide-react';
import { useConnectionAct, type ConnectionDetail, type Connector } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { isStepDone, openChecks } from './set-up-steps.ts';

/** The last step: what is still open, and the one act. */
export function GoLiveCard({
  connection,
  connector,
}: {
  readonly connection: ConnectionDetail;
  readonly connector: Connector;
}) {
  const { id, state } = connection;
  const live = useConnectionAct(id, 'go-live');
  const navigate = useNavigate();
  const open = openChecks(connection);
  return (
    <Card title={t('Go live')} icon={<Play />}>
      <div className="grid gap-4 text-sm">
        <ul className="grid gap-2">
          <Point
            good={isStepDone('sign-in', connection, connector)}
            text={
              isStepDone('sign-in', connection, connector)
                ? t('It has what it signs in with.')
                : t('It has no credential yet.')
            }
          />
          <Point
            good={open.length === 0}
            text={
              open.length === 0
                ? t('Every required check passed within the last hour.')
                : plural(
                    open.length,
                    {
                      one: 'A required check has yet to pass: {{titles}}.',
                      other: '{{count}} required checks have yet to pass: {{titles}}.',
                    },
                    { titles: open.map(({ title }) => fromHub(title)).join(', ') },
                  )
            }
          />
        </ul>
        {live.isError && <ProblemNotice error={live.error} title={t('It stays as it is')} />}
        {state === 'draft' ? (
          <ActButton
            act="connection.manage"
            tone="primary"
            className="justify-self-start"
            data-testid="move-connection"
            onClick={() => {
              if (live.isPending) return;
              live.mutate(undefined, {
                onSuccess: () => void navigate({ to: '/connections/$id', params: { id } }),
              });
            }}
          >
            <Play aria-hidden /> {t('Go live')}
          </ActButton>
        ) : (
          <Button asChild className="justify-self-start">
            <Link to="/connections/$id" params={{ id }}>
              {t('It is no draft any more. See how it is')}
            </Link>
          </Button>
        )}
      </div>
    </Card>
  );
}

function Point({ good, text }: { readonly good: boolean; readonly text: string }) {
  return (
    <li className="flex items-start gap-2">
      {good ? (
        <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
      ) : (
        <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      )}
      {text}
    </li>
  );
}
