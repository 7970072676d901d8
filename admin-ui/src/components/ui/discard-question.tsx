import { useEffect, useId, useState } from 'react';
import { Button } from './button.tsx';
import { t } from '../../i18n/t.ts';

interface DiscardQuestionProps {
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

/** Asked before what somebody typed is thrown away; stands at the foot of what they were writing in. */
export function DiscardQuestion({ onKeep, onDiscard }: DiscardQuestionProps) {
  const id = useId();
  const [writing] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (writing instanceof HTMLElement) writing.focus();
    },
    [writing],
  );
  return (
    <div
      role="alertdialog"
      aria-labelledby={id}
      data-testid="discard-question"
      className="sticky bottom-0 mt-4 flex flex-wrap items-center justify-end gap-2 rounded-lg border border-line-strong bg-sunken p-3"
    >
      <p id={id} className="mr-auto text-sm">
        {t('What you typed was not sent. Discard it?')}
      </p>
      <Button autoFocus onClick={onKeep}>
        {t('Keep writing')}
      </Button>
      <Button tone="danger" onClick={onDiscard}>
        {t('Discard')}
      </Button>
    </div>
  );
}
