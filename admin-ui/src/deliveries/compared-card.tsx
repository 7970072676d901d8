import { ArrowLeftRight } from 'lucide-react';
import { useComparedVersions, type ComparedVersions, type DeliveryDetail } from '../api/deliveries.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';

/** The mapped fields of a delivery, by the version it was first tried with and by the live one. Hidden values stay hidden. */
export function ComparedCard({ delivery }: { readonly delivery: DeliveryDetail }) {
  const mayManage = useMay('connection.manage');
  const { data, error } = useComparedVersions(delivery.id, mayManage && !delivery.withdraws);
  if (!mayManage || delivery.withdraws) return null;
  return (
    <Card
      title={t('What it carries')}
      icon={<ArrowLeftRight />}
      hint={t('The mapped fields, made now from what it is about; nothing is sent')}
      padded={false}
    >
      {error !== null && <ProblemNotice error={error} title={t('It could not be compared')} />}
      {data?.fields.length === 0 && (
        <p className="p-4 text-sm text-quiet">
          {t('No field is mapped for it, or it is not sent any more.')}
        </p>
      )}
      {data !== undefined && data.fields.length > 0 && <Table compared={data} />}
    </Card>
  );
}

function Table({ compared: { then, now, fields } }: { readonly compared: ComparedVersions }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-[32rem] border-collapse text-left text-sm" data-testid="compared">
        <caption className="sr-only">{t('Each mapped field by two versions of the connection')}</caption>
        <thead className="text-xs text-quiet">
          <tr className="border-b border-line bg-sunken/60">
            <th scope="col" className="px-4 py-2 font-medium">
              {t('Field')}
            </th>
            <th scope="col" className="px-4 py-2 font-medium">
              {then === null ? t('Not tried yet') : t('Version then: {{version}}', { version: then })}
            </th>
            <th scope="col" className="px-4 py-2 font-medium">
              {t('Live version: {{version}}', { version: now })}
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, hidden, differs, then: before, now: live }) => (
            <tr key={name} className="border-b border-line align-top last:border-0">
              <th scope="row" className="px-4 py-2 font-mono text-xs font-normal">
                {name} {differs && <Badge tone="info">{t('differs')}</Badge>}
              </th>
              <td className="px-4 py-2">
                <Made made={before} hidden={hidden} />
              </td>
              <td className="px-4 py-2">
                <Made made={live} hidden={hidden} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Made({
  made,
  hidden,
}: {
  readonly made: ComparedVersions['fields'][number]['now'];
  readonly hidden: boolean;
}) {
  if (made === null) return <span className="text-quiet">{t('not filled')}</span>;
  if (made.error !== null) return <span className="text-xs break-words text-bad">{made.error}</span>;
  if (hidden) return <span className="text-quiet">{t('hidden')}</span>;
  if (made.value === null) return <span className="text-quiet">{t('nothing')}</span>;
  return <code className="text-xs break-words">{String(made.value)}</code>;
}
