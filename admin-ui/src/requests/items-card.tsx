import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { useActOnRequest } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { shortId } from '../format/short-id.ts';
import { useMay } from '../session/use-may.ts';
import { DECISION_WORDS, decisionsFor } from './request-words.ts';

/** What was found, and what is to be done with each. */
export function ItemsCard({ entry }: { readonly entry: RequestDetail }) {
  const act = useActOnRequest(entry.id);
  const may = useMay('request.manage') && entry.state === 'reviewing';
  const [ground, setGround] = useState('');
  return (
    <Card
      title="What was found"
      icon={<ListChecks />}
      hint={entry.moreItems ? 'The first 200; the API has all' : 'Recordings in which the person speaks'}
    >
      {act.isError && <ProblemNotice error={act.error} title="The decision was not taken" />}
      {entry.items.length === 0 ? (
        <p className="text-sm text-quiet">
          {entry.state === 'identifying'
            ? 'Nothing is looked for before it is sure who asks.'
            : 'No recording of the person is kept.'}
        </p>
      ) : (
        <>
          {may && (
            <Input
              aria-label="Ground for what is refused"
              placeholder="Ground for what is kept or withheld, such as GDPR 17(3)(e)"
              value={ground}
              className="mb-3"
              onChange={(event) => {
                setGround(event.target.value);
              }}
            />
          )}
          <ul className="grid gap-2 text-sm">
            {entry.items.map(({ recordingId, decision, others, state, ground: given }) => (
              <li key={recordingId} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Link
                  to="/recordings/$id"
                  params={{ id: recordingId }}
                  className="font-mono text-xs text-accent hover:underline"
                >
                  {shortId(recordingId)}
                </Link>
                <span className="grow text-quiet">
                  {others ? 'with others' : 'alone'}
                  {given !== null && ` · ${given}`}
                  {state === 'ordered' && ' · under way'}
                  {state === 'done' && ' · done'}
                </span>
                {may ? (
                  <Select
                    label={`What is done with recording ${shortId(recordingId)}`}
                    value={decision}
                    options={decisionsFor(entry.kind)}
                    onValue={(value) => {
                      const reason = ground.trim() === '' ? {} : { ground: ground.trim() };
                      act.mutate({
                        verb: 'decisions',
                        body: { decisions: [{ recordingId, decision: value, ...reason }] },
                      });
                    }}
                  />
                ) : (
                  <span>{DECISION_WORDS[decision]}</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
