import { ListChecks } from 'lucide-react';
import type { ExportDetail } from '../../../hub/api/schemas/export.ts';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { byteSize } from '../format/words.ts';
import { approvalInWords } from './export-words.ts';
import { Fact, FactList } from '../components/fact-list.tsx';
import { matterName } from '../from-hub/matter-name.ts';
import { plural, t } from '../i18n/t.ts';
import { Rich } from '../i18n/rich.tsx';

const SHOWN_AT_FIRST = 10;

/** What is exported, for whom, why and by whose decision: what a second person agrees to. */
export function PlanCard({ entry }: { readonly entry: ExportDetail }) {
  return (
    <Card
      title={t('What is exported')}
      icon={<ListChecks />}
      hint={t('For whom, why, and by whose decision')}
    >
      <FactList>
        <Fact name={t('For')}>{entry.recipient}</Fact>
        <Fact name={t('Encrypted to')}>
          <RecipientKey value={entry.key} />
        </Fact>
        <Fact name={t('Purpose')}>{entry.purpose}</Fact>
        <Fact name={t('Matter')}>
          {entry.matter === null ? <span className="text-quiet">{t('None')}</span> : matterName(entry.matter)}
        </Fact>
        <Fact name={t('Size')}>
          {plural(
            entry.recordings,
            {
              one: '{{count}} recording, {{size}} as captured',
              other: '{{count}} recordings, {{size}} as captured',
            },
            { size: byteSize(entry.bytes) },
          )}
        </Fact>
        <Fact name={t('Available until')}>
          <Timestamp instant={entry.expiresAt} exact />
        </Fact>
        <Fact name={t('Approval')}>
          <span>
            {approvalInWords(entry.approvalRule)}
            {entry.decidedBy !== null && entry.decidedAt !== null && entry.state !== 'refused' && (
              <span className="block text-quiet">
                <Rich
                  text="Agreed by {{name}} <at/>"
                  values={{ name: entry.decidedBy }}
                  parts={{ at: <Timestamp instant={entry.decidedAt} exact /> }}
                />
              </span>
            )}
          </span>
        </Fact>
        <Fact name={t('Recordings')}>
          <RecordingLinks ids={entry.recordingIds} withheld={entry.withheld} first={SHOWN_AT_FIRST} />
        </Fact>
      </FactList>
    </Card>
  );
}

/** Whole, so that it can be compared with what the recipient reads out. */
function RecipientKey({ value }: { readonly value: ExportDetail['key'] }) {
  const [what, code] =
    value.kind === 'age'
      ? [t('The age key'), value.recipient]
      : [t('The certificate of {{subject}}, SHA-256', { subject: value.subject }), value.fingerprint];
  return (
    <span>
      {what}
      <code className="block text-xs break-all">{code}</code>
      <span className="block text-quiet">
        {t('Have the recipient read it out, by another way than it came.')}
      </span>
    </span>
  );
}
