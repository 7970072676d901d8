import { useState } from 'react';
import type { RecordingDetail } from '../../../../hub/api/schemas/recording.ts';
import { useAskCut } from '../../api/cuts.ts';
import { fieldError, namesField } from '../../api/field-error.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { ReasonField } from '../../components/reason-field.tsx';
import { TextField } from '../../components/ui/field.tsx';
import { FormDialog } from '../../components/ui/form-dialog.tsx';
import { useToast } from '../../components/ui/toast.tsx';
import { isReason } from '../../components/reason.ts';
import { partyName } from '../../format/words.ts';
import { t } from '../../i18n/t.ts';
import { Choice } from '../../work-place/choice.tsx';
import { GROUND_OPTIONS, placeInWords, placeOf } from './cut-words.ts';

interface CutDialogProps {
  readonly recording: Pick<RecordingDetail, 'id' | 'parties' | 'durationMs'>;
  readonly onClose: () => void;
}

const ALL = '';

/** Asks which span of which line is to go, on which ground and why, and asks a second person for it. */
export function CutDialog({ recording, onClose }: CutDialogProps) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [line, setLine] = useState(ALL);
  const [ground, setGround] = useState<string>('card-data');
  const [reason, setReason] = useState('');
  const ask = useAskCut(recording.id);
  const toast = useToast();
  const [fromMs, toMs] = [placeOf(from), placeOf(to)];
  const isSpan = fromMs !== undefined && toMs !== undefined && fromMs < toMs && toMs <= recording.durationMs;
  const submit = () => {
    if (!isSpan) return;
    const labels = line === ALL ? {} : { labels: [line] };
    ask.mutate(
      {
        fromMs,
        toMs,
        ...labels,
        ground: ground as (typeof GROUND_OPTIONS)[number]['value'],
        reason: reason.trim(),
      },
      {
        onSuccess: () => {
          toast({
            tone: 'good',
            title: t('Second person asked'),
            detail: t('It is cut out once somebody else agrees.'),
          });
          onClose();
        },
      },
    );
  };
  const place = t('As 1:15.5, up to {{end}}.', { end: placeInWords(recording.durationMs) });
  return (
    <FormDialog
      title={t('Cut a span out of the recording')}
      description={t(
        'What was said there is destroyed for good, and silence of the same length stands in its place. Everything before and after stays as it is. Under a hold nothing is cut out.',
      )}
      ready={isSpan && isReason(reason)}
      pending={ask.isPending}
      act={t('Ask a second person')}
      acting={t('Asking…')}
      tone="danger"
      testId="confirm-cut"
      onSubmit={submit}
      onClose={onClose}
    >
      {ask.isError && !namesField(ask.error, ['fromMs', 'toMs', 'reason']) && (
        <ProblemNotice error={ask.error} title={t('Nothing was asked')} />
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('From')}
          hint={place}
          value={from}
          onValue={setFrom}
          error={fieldError(ask.error, 'fromMs')}
          maxLength={16}
          required
        />
        <TextField
          label={t('To')}
          hint={place}
          value={to}
          onValue={setTo}
          error={fieldError(ask.error, 'toMs')}
          maxLength={16}
          required
        />
      </div>
      <Choice label={t('Whose voice')} value={line} options={linesOf(recording)} onValue={setLine} />
      <Choice label={t('Ground')} value={ground} options={GROUND_OPTIONS} onValue={setGround} />
      <ReasonField value={reason} onValue={setReason} error={fieldError(ask.error, 'reason')} />
    </FormDialog>
  );
}

function linesOf({ parties }: Pick<RecordingDetail, 'parties'>) {
  const lines = new Map<string, string>();
  for (const party of parties)
    if (party.label !== null && !lines.has(party.label)) lines.set(party.label, partyName(party));
  return [{ value: ALL, label: t('Every voice') }, ...[...lines].map(([value, label]) => ({ value, label }))];
}
