import { useState } from 'react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { useHandleIncident } from '../api/incidents.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { isReason } from '../components/reason.ts';
import { t } from '../i18n/t.ts';
import { instantOf, START_EVENTS, TRAITS } from './incident-words.ts';

interface ClassifyDialogProps {
  readonly entry: IncidentDetail;
  readonly onClose: () => void;
}

/** Asks which facts of the law hold; what is left open counts as yes. */
export function ClassifyDialog({ entry, onClose }: ClassifyDialogProps) {
  const [traits, setTraits] = useState<Readonly<Record<string, boolean>>>(entry.traits);
  const [reason, setReason] = useState('');
  const [dates, setDates] = useState<Readonly<Record<string, string>>>({});
  const typed = Object.entries(dates).filter(([, text]) => text.trim() !== '');
  const wrong = typed.some(([, text]) => instantOf(text) === undefined);
  const events = Object.fromEntries(typed.map(([event, text]) => [event, instantOf(text)]));
  const classify = useHandleIncident(entry.id, 'classify');
  const ready = isReason(reason) && !wrong;
  return (
    <FormDialog
      title={t('Classify this incident')}
      description={t('The answers decide which clocks of the law run. What you leave open counts as yes.')}
      ready={ready}
      pending={classify.isPending}
      act={t('Classify')}
      acting={t('Classifying…')}
      onSubmit={() => {
        classify.mutate(
          { traits, reason: reason.trim(), ...(typed.length > 0 && { events }) },
          { onSuccess: onClose },
        );
      }}
      onClose={onClose}
    >
      {classify.isError && <ProblemNotice error={classify.error} title={t('It was not classified')} />}
      <ul className="grid max-h-[45dvh] gap-2 overflow-y-auto pr-1">
        {TRAITS.map(({ trait, question, law }) => (
          <li key={trait}>
            <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
              <legend className="sr-only">{question}</legend>
              <span aria-hidden className="min-w-0 grow basis-56">
                {question} <span className="text-xs text-quiet">{law}</span>
              </span>
              {(
                [
                  [t('Yes'), true],
                  [t('No'), false],
                ] as const
              ).map(([label, holds]) => (
                <label key={label} className="inline-flex items-center gap-1.5">
                  <input
                    type="radio"
                    name={trait}
                    checked={traits[trait] === holds}
                    onChange={() => {
                      setTraits({ ...traits, [trait]: holds });
                    }}
                  />
                  {label}
                </label>
              ))}
            </fieldset>
          </li>
        ))}
      </ul>
      <details>
        <summary className="py-1 text-sm text-quiet">
          {t('Since when, for clocks that do not count from its detection')}
        </summary>
        <div className="grid gap-3 pt-2 sm:grid-cols-2">
          {START_EVENTS.map(({ event, label }) => (
            <TextField
              key={event}
              label={label}
              placeholder="2026-11-26 14:30"
              hint={
                entry.events[event] === undefined
                  ? t('UTC; empty where it is not known.')
                  : t('UTC; now {{instant}}.', {
                      instant: entry.events[event].slice(0, 16).replace('T', ' '),
                    })
              }
              error={
                (dates[event] ?? '').trim() !== '' && instantOf(dates[event] ?? '') === undefined
                  ? t('An instant looks like 2026-11-26 14:30.')
                  : undefined
              }
              value={dates[event] ?? ''}
              onValue={(text) => {
                setDates({ ...dates, [event]: text });
              }}
              maxLength={16}
            />
          ))}
        </div>
      </details>
      <TextField
        label={t('Why')}
        hint={t('Stands in the time line; a clock that ends by it has this as its reason.')}
        value={reason}
        onValue={setReason}
        maxLength={2000}
        rows={3}
        required
      />
    </FormDialog>
  );
}
