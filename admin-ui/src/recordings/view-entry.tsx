import { House, RefreshCw, Trash2, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { SavedView } from '../../../hub/api/schemas/saved-view.ts';
import { useChangeView } from '../api/views.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { parseRecordingsSearch } from './recordings-search.ts';
import type { RecordingsSearch } from './recordings-search.ts';

interface ViewEntryProps {
  readonly view: SavedView;
  readonly search: RecordingsSearch;
  readonly onSearch: (search: RecordingsSearch) => void;
}

/** One view: a link, which can be sent to others, and what can be done with it. */
export function ViewEntry({ view, search }: ViewEntryProps) {
  const change = useChangeView();
  const mayShare = useMay('view.share');
  const mayChange = (view.own && !view.shared) || mayShare;
  const { id, list } = view;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] rounded-md hover:bg-sunken">
      <div className="flex items-center">
        <Link
          to="/recordings"
          search={parseRecordingsSearch(view.search)}
          className="min-w-0 grow px-2 py-1.5 text-sm"
        >
          <span className="block truncate font-medium">{view.name}</span>
          {view.shared && <span className="block truncate text-xs text-quiet">{sharedBy(view)}</span>}
        </Link>
        <Act
          label={view.default ? t('Not the view the list opens with') : t('The list opens with this view')}
          pressed={view.default}
          icon={<House aria-hidden />}
          onClick={() => {
            change.mutate({ list, defaultId: view.default ? null : id });
          }}
        />
        {mayChange && (
          <Act
            label={t('Replace by the search that is shown')}
            icon={<RefreshCw aria-hidden />}
            onClick={() => {
              change.mutate({ id, to: { search: { ...search } } });
            }}
          />
        )}
        {mayShare && (
          <Act
            label={view.shared ? t('Do not share any more') : t('Share with the tenant')}
            pressed={view.shared}
            icon={<Users aria-hidden />}
            onClick={() => {
              change.mutate({ id, to: { shared: !view.shared } });
            }}
          />
        )}
        {(view.own || mayShare) && (
          <Act
            label={t('Remove the view {{name}}', { name: view.name })}
            icon={<Trash2 aria-hidden />}
            onClick={() => {
              change.mutate({ id, remove: true });
            }}
          />
        )}
      </div>
      {change.isError && <ProblemNotice error={change.error} title={t('The view was not changed')} />}
    </li>
  );
}

function sharedBy({ own, owner }: SavedView): string {
  if (own) return t('Shared by you');
  return owner === null ? t('Shared') : t('Shared by {{name}}', { name: owner });
}

interface ActProps {
  readonly label: string;
  readonly pressed?: boolean;
  readonly icon: ReactNode;
  readonly onClick: () => void;
}

function Act({ label, pressed, icon, onClick }: ActProps) {
  return (
    <Button
      size="icon"
      tone="quiet"
      title={label}
      aria-label={label}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      className="aria-pressed:text-accent"
      onClick={onClick}
    >
      {icon}
    </Button>
  );
}
