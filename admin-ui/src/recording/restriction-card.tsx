import { Lock } from 'lucide-react';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

/** Why a recording is kept and not used, since when, and what for it may be all the same. */
export function RestrictionCard({
  restriction,
}: {
  readonly restriction: NonNullable<RecordingDetail['restriction']>;
}) {
  const { grounds, purposes } = restriction;
  return (
    <Card
      title={t('Use is restricted')}
      icon={<Lock />}
      hint={t('Compliance officers may use it for a stated purpose.')}
    >
      <ul className="grid gap-2 text-sm">
        {grounds.map(({ id, why, since, rules }) => (
          <li key={id}>
            <p className="break-words">{why}</p>
            <p className="text-xs break-words text-quiet">
              <Rich
                text="Since <at/> by {{rules}}"
                values={{ rules: rules.join(', ') }}
                parts={{ at: <Timestamp instant={since} /> }}
              />
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-sm">
        <span className="text-quiet">{t('Purposes left open:')}</span>{' '}
        {purposes.length === 0 ? t('none') : purposes.map((purpose) => codeInWords(purpose)).join(', ')}
      </p>
    </Card>
  );
}
