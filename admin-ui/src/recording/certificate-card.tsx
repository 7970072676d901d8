import { FileBadge } from 'lucide-react';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { RuleList } from './rule-list.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

type Certificate = NonNullable<RecordingDetail['certificate']>;

/** Takes the place of the player after disposal: what was destroyed, when, by which rules, and where it is proven. */
export function CertificateCard({ certificate }: { readonly certificate: Certificate }) {
  return (
    <Card title={t('Certificate of disposal')} icon={<FileBadge />}>
      <div className="grid gap-4 md:grid-cols-2">
        <div className="grid content-start gap-2">
          <p>
            <Rich
              text="This recording was disposed of on <at/>. Its keys and stored objects were destroyed; the voices and the names cannot be brought back."
              parts={{
                at: <Timestamp instant={certificate.disposedAt} exact className="font-semibold" />,
              }}
            />
          </p>
          <p className="text-sm text-quiet">
            <Rich
              text="Entered in the ledger as entry <n>#{{index}}</n>; the proof stands under Custody."
              values={{ index: certificate.ledgerIndex }}
              parts={{ n: <span className="font-mono" /> }}
            />
          </p>
        </div>
        <div className="grid content-start gap-2">
          <h3 className="text-xs font-medium text-quiet">{t('Rules that decided')}</h3>
          <RuleList rules={certificate.rules} />
        </div>
      </div>
    </Card>
  );
}
