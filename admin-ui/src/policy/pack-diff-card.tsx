import { useState } from 'react';
import { GitCompareArrows } from 'lucide-react';
import type { PolicyEffectView } from '../../../hub/api/schemas/policy.ts';
import { usePackDiff, useProposePack } from '../api/policy.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { plural, t } from '../i18n/t.ts';

const TONES = { added: 'good', changed: 'info', removed: 'bad' } as const;
const CHANGES = { added: t('added'), changed: t('changed'), removed: t('removed') } as const;

/** What a pack would change against the one in force, and the question to a second person. */
export function PackDiffCard({ digest }: { readonly digest: string }) {
  const { data, isPending, error, refetch } = usePackDiff(digest);
  return (
    <Card
      title={t('What this pack would change')}
      hint={t('Against the pack in force')}
      icon={<GitCompareArrows />}
    >
      {error !== null && (
        <ProblemNotice error={error} title={t('It could not be compared')} onRetry={() => void refetch()} />
      )}
      {isPending && <Skeleton className="h-24" />}
      {data !== undefined && (
        <div className="grid gap-3">
          <EffectLines effect={data.effect} />
          <ul className="grid gap-1 text-sm">
            {data.changes.map(({ table, id, change, fields }) => (
              <li key={`${table}/${id}`} className="flex flex-wrap items-center gap-2">
                <Badge tone={TONES[change]}>{CHANGES[change]}</Badge>
                <code className="text-xs break-all">{id}</code>
                {fields.length > 0 && (
                  <span className="text-quiet">{fields.map(({ name }) => name).join(', ')}</span>
                )}
              </li>
            ))}
          </ul>
          <Propose
            digest={digest}
            rollback={data.to.id === data.from.id && data.to.version < data.from.version}
          />
        </div>
      )}
    </Card>
  );
}

/** Figures of an effect in sentences. */
export function EffectLines({ effect }: { readonly effect: PolicyEffectView }) {
  const { kept, decided, earlier, later, promised, verdicts, rules } = effect;
  return (
    <div className="grid gap-1 text-sm">
      <p>
        {decided === kept
          ? t('All {{kept}} kept recordings were decided:', { kept })
          : t('A sample of {{decided}} of {{kept}} kept recordings were decided:', { decided, kept })}{' '}
        {t('{{earlier}} dates earlier, {{later}} later, {{same}} the same.', {
          earlier,
          later,
          same: decided - earlier - later,
        })}
      </p>
      {promised > 0 && (
        <p>{t('{{promised}} of the earlier ones keep their date, because it was promised.', { promised })}</p>
      )}
      {Object.entries(verdicts).map(([name, count]) => (
        <p key={name}>
          {plural(
            count,
            {
              one: 'Verdict now: {{verdict}}, {{count}} time',
              other: 'Verdict now: {{verdict}}, {{count}} times',
            },
            { verdict: name },
          )}
        </p>
      ))}
      {rules.length > 0 && (
        <p className="text-quiet">
          {t('By {{rules}}', {
            rules: rules
              .slice(0, 8)
              .map(({ id, recordings }) => `${id} (${String(recordings)})`)
              .join(', '),
          })}
        </p>
      )}
    </div>
  );
}

function Propose({ digest, rollback }: { readonly digest: string; readonly rollback: boolean }) {
  const [reason, setReason] = useState('');
  const propose = useProposePack(digest);
  if (propose.isSuccess)
    return (
      <p role="status" className="text-sm">
        {t('A second person was asked; it waits under Approvals.')}
      </p>
    );
  return (
    <form
      className="grid max-w-xl gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        propose.mutate({ reason: reason.trim(), rollback });
      }}
    >
      <TextField
        label={rollback ? t('Why go back to it?') : t('Why should it come into force?')}
        value={reason}
        onValue={setReason}
        maxLength={500}
        required
        hint={t(
          'Somebody else has to agree. From then on everything is decided by it; no promised date comes earlier.',
        )}
      />
      {propose.error !== null && <ProblemNotice error={propose.error} title={t('Nobody was asked')} />}
      <Button
        type="submit"
        tone="primary"
        className="justify-self-start"
        disabled={reason.trim() === '' || propose.isPending}
      >
        {rollback ? t('Ask to go back') : t('Ask for approval')}
      </Button>
    </form>
  );
}
