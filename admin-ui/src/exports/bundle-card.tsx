import { Package } from 'lucide-react';
import type { ExportDetail } from '../../../hub/api/schemas/export.ts';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { byteSize } from '../format/words.ts';
import { Fact, FactList } from '../components/fact-list.tsx';
import { t } from '../i18n/t.ts';

/** The encrypted bundle, by which the recipient compares what arrived. */
export function BundleCard({ entry: { bundle, state } }: { readonly entry: ExportDetail }) {
  return (
    <Card title={t('Bundle')} icon={<Package />} hint={t('Sealed in the ledger, encrypted to its recipient')}>
      {bundle === null ? (
        <p className="text-sm text-quiet">
          {['requested', 'approved', 'making'].includes(state)
            ? t('It is not made yet.')
            : t('There is no bundle.')}
        </p>
      ) : (
        <FactList>
          <Fact name={t('Made')}>
            <Timestamp instant={bundle.readyAt} exact />
          </Fact>
          <Fact name={t('Size')}>{byteSize(bundle.size)}</Fact>
          <Fact name={'SHA-256'}>
            <ShortCode value={bundle.sha256} what={t('SHA-256 of the encrypted bundle')} fill />
          </Fact>
          <Fact name={t('Manifest')}>
            <ShortCode value={bundle.manifestSha256} what={t('SHA-256 of the manifest')} fill />
          </Fact>
        </FactList>
      )}
    </Card>
  );
}
