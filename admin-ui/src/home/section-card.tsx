import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { Badge, type Tone } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Failure } from '../components/failure.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { t } from '../i18n/t.ts';
import { placeOf, type SourcedItem } from './home-sections.ts';
import { boundedCount, nameOf, SOURCE_WORDS } from './home-words.ts';
import { sinceWhen, urgencyOf } from './time-left.ts';

const SHOWN_AT_FIRST = 6;

interface SectionCardProps {
  readonly title: string;
  readonly items: readonly SourcedItem[];
  readonly more: boolean;
  readonly now: Date;
}

/** Things of one kind, a line each; a line leads to its place. */
export function SectionCard({ title, items, more, now }: SectionCardProps) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? items : items.slice(0, SHOWN_AT_FIRST);
  return (
    <Card
      title={title}
      padded={false}
      actions={
        <Badge tone="neutral">{more ? `${String(items.length)}+` : boundedCount(items.length, false)}</Badge>
      }
    >
      <ul className="divide-y divide-line">
        {shown.map((one, at) => (
          <li key={`${one.source} ${one.item.id ?? ''} ${String(at)}`}>
            <Line {...one} now={now} />
          </li>
        ))}
      </ul>
      {items.length > shown.length && (
        <div className="border-t border-line px-2 py-1.5">
          <Button
            tone="quiet"
            size="small"
            onClick={() => {
              setWhole(true);
            }}
          >
            {t('Show {{count}} more', { count: items.length - shown.length })}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Line({ source, item, now }: SourcedItem & { readonly now: Date }) {
  const urgency = item.dueAt === null ? undefined : urgencyOf(item.dueAt, now);
  const tone = toneOf(item.detail);
  return (
    <Link
      to={placeOf({ source, item })}
      data-testid={`home-${source}`}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm hover:bg-sunken sm:flex-nowrap"
    >
      <span className="min-w-0 grow basis-60">
        <span className="block text-xs text-quiet">{SOURCE_WORDS[source].one}</span>
        <span className="line-clamp-2 font-medium break-words">{nameOf(source, item)}</span>
        {source === 'connection' && item.detail !== null && (
          <span className="mt-0.5 block text-xs">
            <Failure title={item.detail} fix={item.fix} className="text-bad" />
          </span>
        )}
      </span>
      {tone !== undefined && <Badge tone={tone}>{severityInWords(item.detail)}</Badge>}
      {urgency !== undefined && item.dueAt !== null ? (
        <span className="flex shrink-0 flex-col items-start gap-0.5 sm:items-end">
          <Badge tone={urgency.tone}>{urgency.text}</Badge>
          <Timestamp instant={item.dueAt} className="text-xs text-quiet" />
        </span>
      ) : (
        item.since !== null && <span className="shrink-0 text-xs text-quiet">{sinceWhen(item.since)}</span>
      )}
      <ChevronRight aria-hidden className="hidden size-4 shrink-0 text-quiet sm:block" />
    </Link>
  );
}

const SEVERITIES: Readonly<Record<string, { readonly tone: Tone; readonly word: string }>> = {
  critical: { tone: 'bad', word: t('Critical') },
  high: { tone: 'bad', word: t('High') },
  major: { tone: 'warn', word: t('Major') },
  medium: { tone: 'warn', word: t('Medium') },
};

function toneOf(detail: string | null): Tone | undefined {
  return SEVERITIES[detail ?? '']?.tone;
}

function severityInWords(detail: string | null): string {
  return SEVERITIES[detail ?? '']?.word ?? '';
}
