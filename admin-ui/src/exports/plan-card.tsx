import { ListChecks } from 'lucide-react';
import type { ExportDetail } from '../../../hub/api/schemas/export.ts';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { byteSize, counted } from '../format/words.ts';
import { approvalInWords } from './export-words.ts';
import { Fact, FactList } from '../components/fact-list.tsx';

const SHOWN_AT_FIRST = 10;

/** What is exported, for whom, why and by whose decision: what a second person agrees to. */
export function PlanCard({ entry }: { readonly entry: ExportDetail }) {
  return (
    <Card title="What is exported" icon={<ListChecks />} hint="For whom, why, and by whose decision">
      <FactList>
        <Fact name="For">{entry.recipient}</Fact>
        <Fact name="Encrypted to">
          <RecipientKey value={entry.key} />
        </Fact>
        <Fact name="Purpose">{entry.purpose}</Fact>
        <Fact name="Matter">{entry.matter ?? <span className="text-quiet">None</span>}</Fact>
        <Fact name="Size">
          {counted(entry.recordings, 'recording', 'recordings')}, {byteSize(entry.bytes)} as captured
        </Fact>
        <Fact name="Available until">
          <Timestamp instant={entry.expiresAt} exact />
        </Fact>
        <Fact name="Approval">
          <span>
            {approvalInWords(entry.approvalRule)}
            {entry.decidedBy !== null && entry.decidedAt !== null && entry.state !== 'refused' && (
              <span className="block text-quiet">
                Agreed by {entry.decidedBy} <Timestamp instant={entry.decidedAt} exact />
              </span>
            )}
          </span>
        </Fact>
        <Fact name="Recordings">
          <RecordingLinks ids={entry.recordingIds} first={SHOWN_AT_FIRST} />
        </Fact>
      </FactList>
    </Card>
  );
}

/** Whole, so that it can be compared with what the recipient reads out. */
function RecipientKey({ value }: { readonly value: ExportDetail['key'] }) {
  const [what, code] =
    value.kind === 'age'
      ? ['The age key', value.recipient]
      : [`The certificate of ${value.subject}, SHA-256`, value.fingerprint];
  return (
    <span>
      {what}
      <code className="block text-xs break-all">{code}</code>
      <span className="block text-quiet">Have the recipient read it out, by another way than it came.</span>
    </span>
  );
}
