import { useState } from 'react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { useHandleIncident } from '../api/incidents.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { TRAITS } from './incident-words.ts';

interface ClassifyDialogProps {
  readonly entry: IncidentDetail;
  readonly onClose: () => void;
}

/** Asks which facts of the law hold; what is left open counts as yes. */
export function ClassifyDialog({ entry, onClose }: ClassifyDialogProps) {
  const [traits, setTraits] = useState<Readonly<Record<string, boolean>>>(entry.traits);
  const [reason, setReason] = useState('');
  const classify = useHandleIncident(entry.id, 'classify');
  const ready = reason.trim().length >= 3;
  return (
    <FormDialog
      title="Classify this incident"
      description="The answers decide which clocks of the law run. What you leave open counts as yes."
      ready={ready}
      pending={classify.isPending}
      act="Classify"
      acting="Classifying…"
      onSubmit={() => {
        classify.mutate({ traits, reason: reason.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {classify.isError && <ProblemNotice error={classify.error} title="It was not classified" />}
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
                  ['Yes', true],
                  ['No', false],
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
      <TextField
        label="Why"
        hint="Stands in the time line; a clock that ends by it has this as its reason."
        value={reason}
        onValue={setReason}
        maxLength={2000}
        rows={3}
        required
      />
    </FormDialog>
  );
}
