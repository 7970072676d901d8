import { useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { BriefcaseBusiness, History } from 'lucide-react';
import type { PersonDetail, RoleChangeEntry, RoleOperation } from '../../../hub/api/schemas/person.ts';
import { usePerson, useWithdrawChange } from '../api/people.ts';
import { ResetDialog } from '../authenticators/reset-dialog.tsx';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { codeInWords } from '../format/words.ts';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { MailCard } from './mail-card.tsx';
import { changeInWords, endsInWords, roleInWords, ruleInWords, statusInWords } from './people-words.ts';

const route = getRouteApi('/signed-in/people/$id');

/** One person: where they are, what they look after, and every change with what it ended. */
export function PersonPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/people', label: t('People') }}
      query={usePerson(id)}
      failed={t('The person could not be loaded')}
      missing={{
        title: t('There is no such person'),
        why: t('The link may be mistyped, or they may belong to another tenant.'),
      }}
    >
      {(person) => <Person person={person} />}
    </DetailPage>
  );
}

const POSSIBLE: Readonly<Record<PersonDetail['status'], readonly (readonly [RoleOperation, string])[]>> = {
  active: [
    ['move', t('Move…')],
    ['suspend', t('Suspend…')],
    ['leave', t('Let go…')],
  ],
  suspended: [
    ['resume', t('Take back…')],
    ['leave', t('Let go…')],
  ],
  left: [],
};

function Person({ person }: { readonly person: PersonDetail }) {
  const [operation, setOperation] = useState<RoleOperation>();
  const [resetting, setResetting] = useState(false);
  const { label, tone } = statusInWords(person.status);
  return (
    <>
      <PageHeader title={person.name}>
        <Badge tone={tone}>{label}</Badge>
        <div className="ml-auto flex flex-wrap gap-2">
          {POSSIBLE[person.status].map(([each, words]) => (
            <ActButton
              key={each}
              act="person.manage"
              data-testid={`change-${each}`}
              onClick={() => {
                setOperation(each);
              }}
            >
              {words}
            </ActButton>
          ))}
          {person.status !== 'left' && (
            <ActButton
              act="authenticator.reset"
              data-testid="reset-authenticators"
              onClick={() => {
                setResetting(true);
              }}
            >
              {t('Reset authenticators…')}
            </ActButton>
          )}
        </div>
      </PageHeader>
      <div className="grid gap-4 lg:grid-cols-2">
        <Card
          title={t('Place')}
          icon={<BriefcaseBusiness />}
          hint={t('Where they work, and what that allows')}
        >
          <FactList>
            <Fact name={t('Role')}>{roleInWords(person.role)}</Fact>
            <Fact name={t('Department')}>{person.department ?? <Unknown />}</Fact>
            <Fact name={t('Job')}>{person.job ?? <Unknown />}</Fact>
            <Fact name={t('Manager')}>
              {person.manager === null ? (
                <Unknown />
              ) : (
                <Link to="/people/$id" params={{ id: person.manager.id }} className="hover:underline">
                  {person.manager.name}
                </Link>
              )}
            </Fact>
            <Fact name={t('In the directory')}>{person.externalId ?? <Unknown />}</Fact>
            <Fact name={t('Looks after')}>
              {person.owns.length === 0 ? (
                <span className="text-quiet">{t('Nothing')}</span>
              ) : (
                person.owns.map(({ type, id, title }) => `${codeInWords(type)} ${title || id}`).join(', ')
              )}
            </Fact>
          </FactList>
        </Card>
        {person.status === 'active' && <MailCard person={person} />}
        <Card title={t('Changes')} icon={<History />} hint={t('Newest first')}>
          {person.changes.length === 0 && (
            <p className="text-sm text-quiet">{t('None yet: they are as they were when they were added.')}</p>
          )}
          <ol className="grid gap-3 text-sm">
            {person.changes.map((change) => (
              <Change key={change.id} change={change} />
            ))}
          </ol>
        </Card>
      </div>
      {resetting && (
        <ResetDialog
          person={person}
          onClose={() => {
            setResetting(false);
          }}
        />
      )}
      {operation !== undefined && (
        <ChangeDialog
          operation={operation}
          person={person}
          onClose={() => {
            setOperation(undefined);
          }}
        />
      )}
    </>
  );
}

function Change({ change }: { readonly change: RoleChangeEntry }) {
  const withdraw = useWithdrawChange();
  const ends = endsInWords(change.ends);
  const { before, after, handedOver } = change;
  return (
    <li className="grid gap-0.5">
      <p>
        <span className="font-medium">{changeInWords(change)}</span>{' '}
        <span className="text-quiet">
          {change.askedBy === null ? t('by an event') : t('by {{person}}', { person: change.askedBy })},{' '}
          <Timestamp instant={change.effectiveAt} />
        </span>
      </p>
      {before !== null && after !== null && before.role !== after.role && (
        <p>
          {roleInWords(before.role)} → {roleInWords(after.role)}
        </p>
      )}
      {change.rule !== null && <p className="text-quiet">{ruleInWords(change.rule)}</p>}
      {change.reason !== null && <p className="break-words">{change.reason}</p>}
      {change.state === 'waiting' && (
        <ActButton
          act="person.manage"
          size="small"
          className="justify-self-start"
          disabled={withdraw.isPending}
          onClick={() => {
            withdraw.mutate(change.id);
          }}
        >
          {t('Take back')}
        </ActButton>
      )}
      {withdraw.isError && (
        <ProblemNotice error={withdraw.error} title={t('The change was not taken back')} />
      )}
      {ends.length > 0 && <p>{t('Ended: {{what}}.', { what: ends.join(', ') })}</p>}
      {handedOver !== null && handedOver.things.length > 0 && (
        <p className={handedOver.to === null ? 'text-warn' : ''}>
          {handedOver.things.map(({ title }) => title).join(', ')}:{' '}
          {handedOver.to === null
            ? t('ownerless. Give it to somebody.')
            : t('now with {{person}}.', { person: handedOver.to })}
        </p>
      )}
    </li>
  );
}

function Unknown() {
  return <span className="text-quiet">{t('Not known')}</span>;
}
