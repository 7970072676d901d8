import type { HrPreview } from '../api/directories.ts';
import { Badge } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';
import type { HrOperation } from './hr-mapping.ts';
import { OPERATION_NAMES } from './hr-operations.tsx';

/** What each change of the sample message would do. */
export function HrPreviewList({ preview }: { readonly preview: HrPreview | undefined }) {
  if (preview === undefined) return <p className="text-sm text-quiet">{t('Give it a message to read.')}</p>;
  if (preview.fault !== null)
    return (
      <p className="text-sm text-quiet">
        {t('The mapping cannot be used yet; what is wrong stands at its place.')}
      </p>
    );
  return (
    <ol className="grid gap-3 text-sm" data-testid="hr-preview">
      {preview.changes.map(({ error, operation, said }, at) => (
        <li key={at} className="grid gap-1">
          {error === null ? (
            <>
              <Badge tone="info" className="justify-self-start">
                {OPERATION_NAMES[operation as HrOperation]}
              </Badge>
              <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5">
                {Object.entries(said).map(([name, value]) => (
                  <div key={name} className="contents">
                    <dt className="text-quiet">
                      <code>{name}</code>
                    </dt>
                    <dd className="break-words">{value ?? t('nothing')}</dd>
                  </div>
                ))}
              </dl>
            </>
          ) : (
            <span className="text-bad">{error}</span>
          )}
        </li>
      ))}
    </ol>
  );
}
