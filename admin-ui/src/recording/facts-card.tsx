import { Info } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';

/** What identifies the recording elsewhere: in SIP traces, in Temporal, in support requests. */
export function FactsCard({ recording }: { readonly recording: RecordingDetail }) {
  const { id, callId, workflowId, region, source, startedAt, endedAt } = recording;
  const { department, classification } = recording;
  return (
    <Card title={t('Identifiers')} icon={<Info />}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-1.5 text-sm">
        <Fact name={t('Started')}>
          <Timestamp instant={startedAt} exact />
        </Fact>
        <Fact name={t('Ended')}>
          <Timestamp instant={endedAt} exact />
        </Fact>
        <Fact name={t('Source')}>{source.toUpperCase()}</Fact>
        <Fact name={t('Region')}>{region}</Fact>
        <Fact name={t('Department')}>{department ?? t('None')}</Fact>
        <Fact name={t('Classification')}>{classification ?? t('None')}</Fact>
        <Fact name={t('Recording')}>
          <ShortCode value={id} what={t('recording id')} fill />
        </Fact>
        <Fact name={t('Call-ID')}>
          {callId === null ? t('Not known') : <ShortCode value={callId} what={t('Call-ID')} fill />}
        </Fact>
        <Fact name={t('Workflow')}>
          <ShortCode value={workflowId} what={t('workflow id')} fill />
        </Fact>
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-quiet">{name}</dt>
      <dd className="flex min-h-6 min-w-0 items-center break-words">{children}</dd>
    </>
  );
}
