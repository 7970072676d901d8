import { useState } from 'react';
import { Bookmark, Plus } from 'lucide-react';
import { useViews } from '../api/views.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Popover } from '../components/ui/popover.tsx';
import { t } from '../i18n/t.ts';
import { SaveViewDialog } from './save-view-dialog.tsx';
import type { RecordingsSearch } from './recordings-search.ts';
import { ViewEntry } from './view-entry.tsx';

interface ViewsMenuProps {
  readonly search: RecordingsSearch;
  readonly onSearch: (search: RecordingsSearch) => void;
}

/** The searches that are kept: chosen, made the one the list opens with, replaced, shared, removed. */
export function ViewsMenu({ search, onSearch }: ViewsMenuProps) {
  const [saving, setSaving] = useState(false);
  const { data, error } = useViews();
  const views = data?.items ?? [];
  return (
    <>
      <Popover
        label={t('Saved views')}
        trigger={
          <Button size="small" data-testid="views">
            <Bookmark aria-hidden /> {t('Views')}
          </Button>
        }
      >
        <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
          {error !== null && <ProblemNotice error={error} title={t('The views could not be read')} />}
          {views.length === 0 && error === null && (
            <p className="text-sm text-quiet">
              {t('No views yet. Narrow the list, then save what you look for often.')}
            </p>
          )}
          <ul className="grid max-h-80 grid-cols-[minmax(0,1fr)] gap-0.5 overflow-y-auto">
            {views.map((view) => (
              <ViewEntry key={view.id} view={view} search={search} onSearch={onSearch} />
            ))}
          </ul>
          <Button
            size="small"
            className="justify-self-start"
            disabled={Object.keys(search).length === 0}
            data-testid="save-view"
            onClick={() => {
              setSaving(true);
            }}
          >
            <Plus aria-hidden /> {t('Save this view…')}
          </Button>
        </div>
      </Popover>
      {saving && (
        <SaveViewDialog
          search={search}
          onClose={() => {
            setSaving(false);
          }}
        />
      )}
    </>
  );
}
