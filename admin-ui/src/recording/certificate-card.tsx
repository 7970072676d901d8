import { FileBadge } from 'lucide-react';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { RuleList } from './rule-list.tsx';

type Certificate = NonNullable<RecordingDetail['certificate']>;

/** Takes the place of the player after disposal: what was destroyed, when, by which rules, and where it is proven. */
export function CertificateCard({ certificate }: { readonly certificate: Certificate }) {
  return (
    <Card title="Certificate of disposal" icon={<FileBadge />}>
      <div className="grid gap-4 md:grid-cols-2">
        <div className="grid content-start gap-2">
          <p>
            This recording was disposed of on{' '}
            <strong className="font-semibold">
              <Timestamp instant={certificate.disposedAt} exact />
            </strong>
            . Its keys and stored objects were destroyed; the voices and the names cannot be brought back.
          </p>
          <p className="text-sm text-quiet">
            Entered in the ledger as entry{' '}
            <span className="font-mono">#{String(certificate.ledgerIndex)}</span>; the proof stands under
            Custody.
          </p>
        </div>
        <div className="grid content-start gap-2">
          <h3 className="text-xs font-medium text-quiet">Rules that decided</h3>
          <RuleList rules={certificate.rules} />
        </div>
      </div>
    </Card>
  );
}
