import { useCallback, useEffect, useRef } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { FileDown } from 'lucide-react';
import { recordingsCsv } from '../api/recordings.ts';
import { useViews } from '../api/views.ts';
import { ColumnChoice } from '../components/column-choice.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Button } from '../components/ui/button.tsx';
import { t } from '../i18n/t.ts';
import { FacetsPanel } from './facets-panel.tsx';
import { COLUMN_TITLES, IN_CSV } from './recordings-columns.tsx';
import { RecordingsFilters } from './recordings-filters.tsx';
import { RecordingsList } from './recordings-list.tsx';
import { COLUMN_IDS, hiddenColumns, parseRecordingsSearch, withHiddenColumns } from './recordings-search.ts';
import type { RecordingsSearch } from './recordings-search.ts';
import { ViewsMenu } from './views-menu.tsx';

const route = getRouteApi('/signed-in/recordings');
const CHOSEN_COLUMNS = COLUMN_IDS.map((id) => ({ id, label: COLUMN_TITLES[id] }));

/** The list of recordings: searched, ordered, narrowed, kept as a view, taken as a file. Its address says all of it. */
export function RecordingsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const onSearch = useCallback(
    (next: RecordingsSearch) => {
      void navigate({ to: '/recordings', search: next, replace: true });
    },
    [navigate],
  );
  useDefaultView(search, onSearch);
  const hidden = hiddenColumns(search);
  const shown = COLUMN_IDS.filter((id) => !hidden.includes(id));
  const inCsv = ['id', 'startedAt', ...shown.flatMap((id) => IN_CSV[id])];
  return (
    <>
      <PageHeader title={t('Recordings')}>
        <div className="ml-auto flex flex-wrap gap-2">
          <ViewsMenu search={search} onSearch={onSearch} />
          <ColumnChoice
            columns={CHOSEN_COLUMNS}
            hidden={hidden}
            onHidden={(next) => {
              onSearch(withHiddenColumns(search, next));
            }}
          />
          <Button asChild size="small">
            <a
              href={recordingsCsv(search, inCsv)}
              download="holdfast-recordings.csv"
              title={t('All that this search finds, 100,000 rows at most. It is entered in the ledger.')}
            >
              <FileDown aria-hidden /> {t('Download CSV')}
            </a>
          </Button>
        </div>
      </PageHeader>
      <RecordingsFilters search={search} onSearch={onSearch} />
      <div className="grid items-start gap-4 lg:grid-cols-[15rem_minmax(0,1fr)]">
        <FacetsPanel search={search} onSearch={onSearch} />
        <RecordingsList search={search} onSearch={onSearch} />
      </div>
    </>
  );
}

/** Whoever comes to the list without a search gets the view they chose for that; who clears it afterwards sees everything. */
function useDefaultView(search: RecordingsSearch, onSearch: (search: RecordingsSearch) => void): void {
  const settled = useRef(false);
  const { data } = useViews();
  useEffect(() => {
    if (settled.current || data === undefined) return;
    settled.current = true;
    const chosen = data.items.find((view) => view.default);
    if (chosen !== undefined && Object.keys(search).length === 0)
      onSearch(parseRecordingsSearch(chosen.search));
  }, [data, search, onSearch]);
}
