import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import type { ConfigurationEntry } from '../../../../hub/api/schemas/configuration.ts';
import { cn } from '../../components/cn.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Timestamp } from '../../components/timestamp.tsx';
import { Badge } from '../../components/ui/badge.tsx';
import { t } from '../../i18n/t.ts';
import type { ConfigurationPageSearch } from './configuration-search.ts';
import { STATE_WORDS, titleOf } from './configuration-words.ts';

interface HistoryListProps {
  readonly entries: readonly ConfigurationEntry[];
  /** The version that is shown above, marked in the list. */
  readonly open: ConfigurationPageSearch;
}

/** Versions newest first; each opens what it changed. */
export function HistoryList({ entries, open }: HistoryListProps) {
  if (entries.length === 0)
    return (
      <EmptyState icon={<History />} title={t('Nothing was configured yet')}>
        {t(
          'Connections, webhooks, policies, rule packs, identity providers, roles and levels of incidents leave a version here with every change.',
        )}
      </EmptyState>
    );
  return (
    <ol
      aria-label={t('Versions, newest first')}
      className="grid rounded-lg border border-line bg-surface"
      data-testid="configuration-history"
    >
      {entries.map((entry) => (
        <Entry
          key={`${entry.kind} ${entry.objectId} ${entry.version}`}
          entry={entry}
          isOpen={
            entry.kind === open.kind && entry.objectId === open.object && entry.version === open.version
          }
        />
      ))}
    </ol>
  );
}

function Entry({ entry, isOpen }: { readonly entry: ConfigurationEntry; readonly isOpen: boolean }) {
  const { kind, objectId, version, at, by, note, state, repeats } = entry;
  const { tone, word } = STATE_WORDS[state];
  return (
    <li
      className={cn(
        'grid gap-0.5 border-b border-line px-4 py-2.5 text-sm last:border-0',
        isOpen && 'bg-accent-soft',
      )}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {kind === 'file' ? (
          <span className="font-medium">{titleOf(entry)}</span>
        ) : (
          <Link
            to="/configuration"
            search={{ kind, object: objectId, version }}
            aria-current={isOpen ? 'true' : undefined}
            className="font-medium text-accent underline-offset-2 hover:underline"
          >
            {titleOf(entry)}
          </Link>
        )}
        <Badge tone={tone}>{word}</Badge>
        <span className="ml-auto flex flex-wrap items-center gap-x-3 text-xs text-quiet max-sm:ml-0">
          <span>{by ?? t('Holdfast, or not known')}</span>
          <Timestamp instant={at} exact />
        </span>
      </div>
      {(note !== null || repeats !== null) && (
        <p className="break-words text-quiet">
          {repeats !== null && t('Repeats version {{version}}.', { version: repeats })} {note}
        </p>
      )}
    </li>
  );
}
