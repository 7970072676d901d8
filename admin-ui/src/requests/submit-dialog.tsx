import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { useActOnRequest } from '../api/requests.ts';
import { Fact, FactList } from '../components/fact-list.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { number, plural, t } from '../i18n/t.ts';
import { DECISION_WORDS, planNeeds } from './request-words.ts';

const NEEDS = {
  nobody: t('Nothing is erased or refused: it is carried out at once.'),
  erasure: t(
    'It erases something, so a second person has to agree first. What is erased does not come back.',
  ),
  refusal: t('It refuses something, so a second person has to agree first.'),
} as const;

interface SubmitDialogProps {
  readonly entry: RequestDetail;
  readonly onClose: () => void;
}

/** The plan before it is submitted: how many recordings get which answer, what is held, and who has to agree. */
export function SubmitDialog({ entry, onClose }: SubmitDialogProps) {
  const act = useActOnRequest(entry.id);
  const decided = Object.entries(entry.plan) as [keyof typeof DECISION_WORDS, number][];
  const held = entry.items.filter((item) => item.held).length;
  return (
    <FormDialog
      title={t('Submit the review?')}
      description={NEEDS[planNeeds(entry.plan)]}
      ready
      pending={act.isPending}
      act={planNeeds(entry.plan) === 'nobody' ? t('Carry it out') : t('Ask a second person')}
      testId="confirm-submit"
      onSubmit={() => {
        act.mutate({ verb: 'submit', body: {} }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {act.isError && <ProblemNotice error={act.error} title={t('Nothing was changed')} />}
      <div className="rounded-md border border-line bg-ground p-3" data-testid="request-plan">
        {decided.length === 0 ? (
          <p className="text-sm text-quiet">{t('Nothing was found: the answer will say so.')}</p>
        ) : (
          <FactList>
            {decided.map(([decision, count]) => (
              <Fact key={decision} name={DECISION_WORDS[decision]}>
                {number(count)}
              </Fact>
            ))}
          </FactList>
        )}
      </div>
      {held > 0 && planNeeds(entry.plan) === 'erasure' && (
        <p className="text-sm text-warn">
          {plural(held, {
            one: '{{count}} of them is under a hold: it stays until that is released, whatever is decided.',
            other: '{{count}} of them are under a hold: they stay until it is released, whatever is decided.',
          })}
        </p>
      )}
    </FormDialog>
  );
}
