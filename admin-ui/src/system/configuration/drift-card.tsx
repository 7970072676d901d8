import { Link } from '@tanstack/react-router';
import { FileCode2 } from 'lucide-react';
import { useConfigurationDrift } from '../../api/configuration.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Rich } from '../../i18n/rich.tsx';
import { plural, t } from '../../i18n/t.ts';
import { useMay } from '../../session/use-may.ts';
import { KIND_WORDS } from './configuration-words.ts';
import { FieldChanges } from './field-changes.tsx';

/** What other hands changed of what applied files speak for. Nothing to see where no file was applied. */
export function DriftCard() {
  const may = useMay('connection.read');
  const { data, error } = useConfigurationDrift(may);
  if (!may || data === undefined) return error === null ? null : <DriftFailure error={error} />;
  return (
    <Card
      title={t('Drift')}
      icon={<FileCode2 />}
      hint={t('What differs from the configuration files that were applied.')}
      actions={
        data.objects > 0 &&
        (data.items.length === 0 ? (
          <Badge tone="good">{t('As the files say')}</Badge>
        ) : (
          <Badge tone="warn">
            {plural(data.items.length, { one: '{{count}} thing differs', other: '{{count}} things differ' })}
          </Badge>
        ))
      }
    >
      {data.objects === 0 && (
        <p className="text-sm text-quiet">
          <Rich
            text="No configuration file was applied. With one, applied here or by <c>holdfast apply</c>, connections, webhooks and levels of incidents are kept as a file says; what another hand changes is shown here then."
            parts={{ c: <code className="font-mono text-xs" /> }}
          />
        </p>
      )}
      {data.objects > 0 && data.items.length === 0 && (
        <p className="text-sm text-quiet">
          {plural(data.objects, {
            one: '{{count}} thing is as its file left it.',
            other: '{{count}} things are as their files left them.',
          })}
        </p>
      )}
      <ul className="grid gap-3" data-testid="drift">
        {data.items.map(({ kind, id, name, source, changes }) => (
          <li key={id} className="grid gap-1 text-sm">
            <div className="flex flex-wrap items-center gap-x-3">
              {kind === 'incident-levels' ? (
                <Link to="/incident-levels" className="font-medium text-accent underline underline-offset-2">
                  {KIND_WORDS[kind]}
                </Link>
              ) : kind === 'connection' ? (
                <Link
                  to="/connections/$id"
                  params={{ id }}
                  className="font-medium text-accent underline underline-offset-2"
                >
                  {name ?? id}
                </Link>
              ) : (
                <Link
                  to="/webhooks/$id"
                  params={{ id }}
                  className="font-medium text-accent underline underline-offset-2"
                >
                  {name ?? id}
                </Link>
              )}
              <span className="text-quiet">{t('kept by the file {{file}}', { file: source })}</span>
            </div>
            {name === null && <p className="text-quiet">{t('It was removed by another hand.')}</p>}
            <FieldChanges changes={changes} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function DriftFailure({ error }: { readonly error: Error }) {
  return <ProblemNotice error={error} title={t('The drift could not be determined')} />;
}
