import type { DryRun } from '../api/connections.ts';
import { Badge } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

type Field = DryRun['items'][number]['fields'][number];

/** Each field of a planned call: what would be written beside what stands there. */
export function FieldsPlanned({ fields }: { readonly fields: readonly Field[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-[28rem] border-collapse text-left text-xs">
        <caption className="sr-only">{t('What would be written, beside what stands there')}</caption>
        <thead className="text-quiet">
          <tr>
            <th scope="col" className="py-0.5 pr-4 font-medium">
              {t('Field')}
            </th>
            <th scope="col" className="py-0.5 pr-4 font-medium">
              {t('Would be written')}
            </th>
            <th scope="col" className="py-0.5 font-medium">
              {t('Stands there')}
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.name} className="align-top">
              <th scope="row" className="py-0.5 pr-4 font-mono font-normal text-quiet">
                {field.name}
              </th>
              <td className="py-0.5 pr-4 break-words">{field.hidden ? t('hidden') : textOf(field.value)}</td>
              <td className="py-0.5 break-words">
                <There field={field} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function There({ field: { hidden, known, there, differs } }: { readonly field: Field }) {
  if (!known) return <span className="text-quiet">{t('not asked')}</span>;
  return (
    <>
      {hidden ? t('hidden') : textOf(there)} {differs === true && <Badge tone="info">{t('differs')}</Badge>}
    </>
  );
}

function textOf(value: unknown): string {
  return value === null ? t('nothing') : String(value);
}
