import { Info } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';

/** What identifies the recording elsewhere: in SIP traces, in Temporal, in support requests. */
export function FactsCard({ recording }: { readonly recording: RecordingDetail }) {
  const { id, callId, workflowId, region, source, startedAt, endedAt } = recording;
  const { department, classification } = recording;
  return (
    <Card title="Identifiers" icon={<Info />}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-1.5 text-sm">
        <Fact name="Started">
          <Timestamp instant={startedAt} exact />
        </Fact>
        <Fact name="Ended">
          <Timestamp instant={endedAt} exact />
        </Fact>
        <Fact name="Source">{source.toUpperCase()}</Fact>
        <Fact name="Region">{region}</Fact>
        <Fact name="Department">{department ?? 'None'}</Fact>
        <Fact name="Classification">{classification ?? 'None'}</Fact>
        <Fact name="Recording">
          <ShortCode value={id} what="recording id" fill />
        </Fact>
        <Fact name="Call-ID">
          {callId === null ? 'Not known' : <ShortCode value={callId} what="Call-ID" fill />}
        </Fact>
        <Fact name="Workflow">
          <ShortCode value={workflowId} what="workflow id" fill />
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
