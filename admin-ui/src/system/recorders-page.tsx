import { Link } from '@tanstack/react-router';
import { useRecorders } from '../api/live.ts';
import { PageHeader } from '../components/page-header.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { AlertsCard } from '../live/alerts-card.tsx';
import { RecordersCard } from '../live/recorders-card.tsx';

/** The recorders: whether they take calls, in which version, and what was wrong lately. */
export function RecordersPage() {
  return (
    <>
      <PageHeader title={t('Recorders')} />
      <p className="text-sm text-quiet">
        <Rich
          text="Each recorder tells how it is every few seconds. The calls that they record now stand under <a>Live calls</a>."
          parts={{ a: <Link to="/live" className="text-accent underline underline-offset-2" /> }}
        />
      </p>
      <Versions />
      <RecordersCard />
      <AlertsCard />
    </>
  );
}

/** During an upgrade there are two versions; afterwards one. */
function Versions() {
  const nodes = useRecorders().data?.items.filter(({ state }) => state !== 'down') ?? [];
  const versions = [...new Set(nodes.map(({ version }) => version))].sort();
  if (versions.length < 2) return null;
  return (
    <p className="rounded-md border border-warn/30 bg-warn-soft px-3 py-2 text-sm">
      {plural(
        versions.length,
        {
          one: '{{count}} version runs: {{versions}}.',
          other:
            '{{count}} versions run side by side: {{versions}}. Finish the upgrade by draining the older ones.',
        },
        { versions: versions.join(', ') },
      )}
    </p>
  );
}
