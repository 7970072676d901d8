import { useMemo } from 'react';
import type { Timeline } from '../../../../hub/api/schemas/timeline.ts';
import { clockLength } from '../../format/time.ts';
import { plural, t } from '../../i18n/t.ts';
import { MarkLook } from './mark-look.tsx';
import { KIND_WORDS, markInWords, marksOf, type MarkKind } from './marks.ts';

/** What happened within two seconds is one event to a reader. */
const TOGETHER_MS = 2_000;
const MOST = 300;

interface MarkListProps {
  readonly timeline: Timeline;
  readonly nameOf: (channel: number) => string;
  readonly disabled: boolean;
  readonly onSeek: (seconds: number) => void;
}

/** A legend of the marks on the waveform and all of them in words; each leads to its place. */
export function MarkList({ timeline, nameOf, disabled, onSeek }: MarkListProps) {
  const marks = useMemo(() => marksOf(timeline.channels, TOGETHER_MS), [timeline]);
  if (marks.length === 0) return null;
  return (
    <div className="grid gap-2">
      <Legend kinds={[...new Set(marks.map(({ kind }) => kind))]} />
      <details className="text-sm">
        <summary className="w-fit text-quiet hover:text-ink">
          {plural(marks.length, { one: '{{count}} mark in words', other: '{{count}} marks in words' })}
        </summary>
        <ol
          tabIndex={0}
          aria-label={t('Marks of the recording')}
          className="mt-2 grid max-h-64 gap-0.5 overflow-y-auto"
        >
          {marks.slice(0, MOST).map((mark) => (
            <li key={`${String(mark.channel)} ${mark.kind} ${String(mark.offsetMs)}`}>
              <button
                type="button"
                disabled={disabled}
                className="flex w-full gap-3 rounded px-2 py-1 text-left hover:bg-sunken"
                onClick={() => {
                  onSeek(mark.offsetMs / 1_000);
                }}
              >
                <span className="w-14 shrink-0 text-quiet tabular-nums">{clockLength(mark.offsetMs)}</span>
                <span className="min-w-0 grow break-words">{markInWords(mark)}</span>
                <span className="min-w-0 truncate text-quiet">{nameOf(mark.channel)}</span>
              </button>
            </li>
          ))}
        </ol>
        <Rest listed={marks.length} timeline={timeline} />
      </details>
    </div>
  );
}

function Legend({ kinds }: { readonly kinds: readonly MarkKind[] }) {
  return (
    <ul aria-label={t('Legend')} className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-quiet">
      {kinds.map((kind) => (
        <li key={kind} className="flex items-center gap-1.5">
          <span className="relative inline-block h-3.5 w-5">
            <MarkLook kind={kind} />
          </span>
          {KIND_WORDS[kind]}
        </li>
      ))}
    </ul>
  );
}

function Rest({ listed, timeline }: { readonly listed: number; readonly timeline: Timeline }) {
  if (listed > MOST) {
    return (
      <p className="mt-2 text-xs text-quiet">
        {plural(listed - MOST, { one: '{{count}} more mark.', other: '{{count}} more marks.' })}
      </p>
    );
  }
  if (timeline.nextMs === null) return null;
  return (
    <p className="mt-2 text-xs text-quiet">
      {t('What begins after {{time}} is not marked here; the API gives it page by page.', {
        time: clockLength(timeline.nextMs),
      })}
    </p>
  );
}
