import { useState } from 'react';
import type { IncidentLevelsBody, StandingLevels } from '../../../hub/api/schemas/incident-levels.ts';
import { useConnections } from '../api/connections.ts';
import { useSetIncidentLevels } from '../api/incident-levels.ts';
import { usePeople } from '../api/people.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { Button } from '../components/ui/button.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { isReason } from '../components/reason.ts';
import { t } from '../i18n/t.ts';
import { SEVERITIES } from './incident-words.ts';
import { draftOf, levelsOf, nextDraft } from './level-draft.ts';
import { LevelFields, type Named } from './level-fields.tsx';

const MOST_LEVELS = 6;

interface LevelsDialogProps {
  readonly severity: keyof IncidentLevelsBody;
  readonly standing: StandingLevels;
  readonly onClose: () => void;
}

/** Asks who is called about incidents of one severity, and after how long; the other severities stay as they are. */
export function LevelsDialog({ severity, standing, onClose }: LevelsDialogProps) {
  // What the person began with: where somebody changes the levels meanwhile, saving is refused and not done over it.
  const [{ levels: begun, version }] = useState(standing);
  const [drafts, setDrafts] = useState(() => standing.levels[severity].map(draftOf));
  const [reason, setReason] = useState('');
  const set = useSetIncidentLevels();
  const people = namedWith(
    usePeople().data?.items.filter(({ status }) => status === 'active'),
    standing,
  );
  const connections = namedWith(
    useConnections().data?.items.filter(({ state }) => state === 'live'),
    standing,
  );
  const levels = levelsOf(drafts);
  return (
    <FormDialog
      title={t('Who is called: {{severity}}', { severity: SEVERITIES[severity].label })}
      description={t(
        'It also holds for incidents that nobody has taken on yet. The ledger keeps before and after.',
      )}
      ready={levels !== undefined && levels.length > 0 && isReason(reason)}
      pending={set.isPending}
      act={t('Save')}
      acting={t('Saving…')}
      cancel={t('Cancel')}
      onSubmit={() => {
        const wanted = { ...begun, [severity]: levels };
        set.mutate({ levels: wanted, version, reason: reason.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {set.isError && <ProblemNotice error={set.error} title={t('Nothing was changed')} />}
      {drafts.map((draft, index) => (
        <LevelFields
          key={index}
          number={index + 1}
          draft={draft}
          people={people}
          connections={connections}
          onDraft={(next) => {
            setDrafts(drafts.map((one, place) => (place === index ? next : one)));
          }}
          onRemove={
            drafts.length === 1
              ? undefined
              : () => {
                  setDrafts(drafts.filter((_one, place) => place !== index));
                }
          }
        />
      ))}
      {drafts.length < MOST_LEVELS && (
        <Button
          size="small"
          className="justify-self-start"
          onClick={() => {
            setDrafts([...drafts, nextDraft(drafts)]);
          }}
        >
          {t('Add a level')}
        </Button>
      )}
      <ReasonField value={reason} onValue={setReason} rows={2} />
    </FormDialog>
  );
}

/** Those that can be named, and those that are named already, also where the reader may not list them. */
function namedWith(listed: readonly Named[] | undefined, { names }: StandingLevels): readonly Named[] {
  const known = (listed ?? []).map(({ id, name }) => ({ id, name }));
  const others = Object.entries(names).filter(([id]) => known.every((one) => one.id !== id));
  return [...known, ...others.map(([id, name]) => ({ id, name, gone: true }))];
}
