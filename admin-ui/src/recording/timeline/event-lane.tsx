import { cn } from '../../components/cn.ts';
import { clockLength } from '../../format/time.ts';
import { t } from '../../i18n/t.ts';
import type { CallEvent } from './events.ts';

interface EventLaneProps {
  readonly events: readonly CallEvent[];
  readonly durationMs: number;
  readonly disabled: boolean;
  readonly onSeek: (seconds: number) => void;
}

const LOOKS = {
  consent: 'h-3 w-3 rotate-45 rounded-sm bg-accent',
  alert: 'h-2.5 min-w-2.5 rounded-full bg-bad',
} as const;

/** Consent and alerts above the voices, each a button that leads to its place. Nothing where nothing happened. */
export function EventLane({ events, durationMs, disabled, onSeek }: EventLaneProps) {
  if (events.length === 0 || durationMs === 0) return null;
  return (
    <ul
      aria-label={t('Consent and alerts on the time line')}
      className="relative mb-1 h-6"
      data-testid="event-lane"
    >
      {events.map(({ id, kind, offsetMs, durationMs: lasts, text }) => {
        const label = t('{{event}} at {{time}}', { event: text, time: clockLength(offsetMs) });
        return (
          <li
            key={id}
            className="absolute inset-y-0 flex min-w-6 items-center"
            style={{
              left: `${String((offsetMs / durationMs) * 100)}%`,
              width: `${String((lasts / durationMs) * 100)}%`,
            }}
          >
            <button
              type="button"
              title={label}
              aria-label={label}
              disabled={disabled}
              className="flex h-6 w-full min-w-6 items-center rounded"
              onClick={() => {
                onSeek(offsetMs / 1_000);
              }}
            >
              <span aria-hidden className={cn(LOOKS[kind], kind === 'alert' && 'w-full')} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
