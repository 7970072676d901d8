import { useState } from 'react';
import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { useActOnRequest } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { shortId } from '../format/short-id.ts';
import { clockLength } from '../format/time.ts';
import { plural, t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { DECISION_WORDS, decisionsFor, needsGround } from './request-words.ts';

type Item = RequestDetail['items'][number];

/** What was found, and what is to be done with each; a call with others is listened to before it is decided. */
export function ItemsCard({ entry }: { readonly entry: RequestDetail }) {
  const act = useActOnRequest(entry.id);
  const may = useMay('request.manage') && entry.state === 'reviewing';
  const [ground, setGround] = useState('');
  const lacking = ground.trim() === '';
  return (
    <Card
      title={t('What was found')}
      icon={<ListChecks />}
      hint={
        entry.moreItems ? t('The first 200; the API has all') : t('Recordings in which the person speaks')
      }
    >
      {act.isError && <ProblemNotice error={act.error} title={t('The decision was not taken')} />}
      {entry.withheldItems > 0 && entry.items.length > 0 && (
        <p className="mb-2 text-sm text-quiet">
          {plural(entry.withheldItems, {
            one: 'One more recording was found that you may not see. Whoever sees it decides about it.',
            other:
              '{{count}} more recordings were found that you may not see. Whoever sees them decides about them.',
          })}
        </p>
      )}
      {entry.withheldBy.map(({ policy, says, ask }) => (
        <p key={policy} className="mb-2 text-sm text-quiet">
          {[says, ask].filter(Boolean).join(' ')}
        </p>
      ))}
      {entry.items.length === 0 ? (
        <p className="text-sm text-quiet">
          {entry.state === 'identifying'
            ? t('Nothing is looked for before it is sure who asks.')
            : entry.withheldItems === 0
              ? t('No recording of the person is kept.')
              : t('There are recordings of the person that you may not see.')}
        </p>
      ) : (
        <div className="grid gap-3">
          {may && (
            <TextField
              label={t('Ground for what is refused, or given with the voice of others')}
              hint={t(
                'An article or a rule, such as GDPR 17(3)(e). Write it first: a no without a ground is not taken.',
              )}
              value={ground}
              onValue={setGround}
              maxLength={300}
            />
          )}
          <ul className="grid gap-2 text-sm">
            {entry.items.map((item) => (
              <ItemLine key={item.recordingId} item={item}>
                {may ? (
                  <Select
                    label={t('What is done with recording {{id}}', { id: shortId(item.recordingId) })}
                    value={item.decision}
                    options={decisionsFor(entry.kind).map((option) => ({
                      ...option,
                      label:
                        needsGround(option.value, item.others) && lacking
                          ? t('{{decision}} (needs a ground)', { decision: option.label })
                          : option.label,
                    }))}
                    onValue={(decision) => {
                      act.mutate({
                        verb: 'decisions',
                        body: {
                          decisions: [
                            {
                              recordingId: item.recordingId,
                              decision,
                              ...(lacking ? {} : { ground: ground.trim() }),
                            },
                          ],
                        },
                      });
                    }}
                  />
                ) : (
                  <span>{DECISION_WORDS[item.decision]}</span>
                )}
              </ItemLine>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}

function ItemLine({ item, children }: { readonly item: Item; readonly children: ReactNode }) {
  return (
    <li
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border border-line bg-ground px-3 py-2"
      data-testid="request-item"
    >
      <Link
        to="/recordings/$id"
        params={{ id: item.recordingId }}
        className="font-mono text-xs text-accent underline underline-offset-2"
      >
        {shortId(item.recordingId)}
      </Link>
      {item.startedAt !== null && (
        <span className="tabular-nums">
          <Timestamp instant={item.startedAt} />
          {item.durationMs !== null && ` · ${clockLength(item.durationMs)}`}
        </span>
      )}
      {item.held && <Badge tone="warn">{t('Held')}</Badge>}
      <span className="min-w-0 grow basis-56 text-quiet">
        {!item.others
          ? t('alone')
          : item.state === 'open'
            ? t('others speak too: listen to their side before you decide')
            : t('others speak too')}
        {item.ground !== null && ` · ${item.ground}`}
        {!item.decided && item.state === 'open' && ` · ${t('proposed')}`}
        {item.state === 'ordered' && ` · ${t('under way')}`}
        {item.state === 'done' && ` · ${t('done')}`}
      </span>
      {children}
    </li>
  );
}
