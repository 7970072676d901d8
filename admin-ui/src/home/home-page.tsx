import { CheckCheck, TriangleAlert } from 'lucide-react';
import type { Home } from '../../../hub/api/schemas/home.ts';
import { useHome } from '../api/home.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { localClock } from '../format/time.ts';
import { t } from '../i18n/t.ts';
import { itemsOf, SECTIONS } from './home-sections.ts';
import { SOURCE_WORDS } from './home-words.ts';
import { SectionCard } from './section-card.tsx';

/** The first screen: what needs the reader today, each one click from its place. */
export function HomePage() {
  const { data, error, refetch } = useHome();
  return (
    <>
      <PageHeader title={t('What needs you today')}>
        {data !== undefined && (
          <p className="text-xs text-quiet">
            {t('Checked at {{time}}', { time: localClock(data.checkedAt) })}
          </p>
        )}
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('What waits for you could not be read')}
          onRetry={() => void refetch()}
        />
      )}
      {data === undefined && error === null && <Skeleton className="h-64 rounded-lg" />}
      {data !== undefined && <Sections home={data} />}
    </>
  );
}

function Sections({ home }: { readonly home: Home }) {
  const now = new Date(home.checkedAt);
  const sections = SECTIONS.map((section) => ({ ...section, ...itemsOf(home, section.sources) }));
  return (
    <>
      {home.unanswered.length > 0 && <Unanswered home={home} />}
      {home.parts.length === 0 && (
        <EmptyState
          icon={<CheckCheck />}
          title={home.unanswered.length === 0 ? t('Everything is calm') : t('Nothing else waits')}
        >
          {t('Nothing waits for you, and no clock runs out within {{days}} days.', {
            days: home.horizonDays,
          })}
        </EmptyState>
      )}
      <div className="grid gap-4 xl:block xl:columns-2 xl:gap-4">
        {sections
          .filter(({ items }) => items.length > 0)
          .map(({ name, title, items, more }) => (
            <div key={name} className="break-inside-avoid xl:mb-4">
              <SectionCard title={title} items={items} more={more} now={now} />
            </div>
          ))}
      </div>
      {home.calm.length > 0 && (
        <p className="text-xs text-quiet">
          {t('Looked at, and nothing there: {{sources}}.', { sources: namesOf(home.calm) })}
        </p>
      )}
    </>
  );
}

function Unanswered({ home }: { readonly home: Home }) {
  return (
    <p
      role="alert"
      className="flex items-start gap-2 rounded-md border border-warn/40 bg-warn-soft p-3 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      {t(
        'These could not be asked now, so what they have is not shown: {{sources}}. They are asked again by themselves.',
        {
          sources: namesOf(home.unanswered),
        },
      )}
    </p>
  );
}

function namesOf(sources: Home['calm']): string {
  return sources.map((source) => SOURCE_WORDS[source].all).join(', ');
}
