import { useMemo } from 'react';
import type { Timeline } from '../../../../hub/api/schemas/timeline.ts';
import { MarkLook } from './mark-look.tsx';
import { marksOf } from './marks.ts';

/** What lies closer together than this cannot be told apart by the eye. */
const APART_PX = 4;

interface LaneMarksProps {
  readonly timeline: Timeline | undefined;
  readonly channel: number;
  readonly widthPx: number;
}

/** The marks of one voice, behind its waveform. They are told in words by the list; this is for the eye. */
export function LaneMarks({ timeline, channel, widthPx }: LaneMarksProps) {
  const marks = useMemo(() => {
    const own = timeline?.channels[channel];
    if (timeline === undefined || own === undefined || widthPx === 0) return [];
    return marksOf([own], (APART_PX * timeline.durationMs) / widthPx);
  }, [timeline, channel, widthPx]);
  if (timeline === undefined) return null;
  const share = (ms: number) => `${String((ms / timeline.durationMs) * 100)}%`;
  return (
    <div aria-hidden data-testid={`marks-${String(channel)}`} className="absolute inset-0">
      {marks.map(({ kind, offsetMs, durationMs }) => (
        <span
          key={`${kind} ${String(offsetMs)}`}
          className="absolute inset-y-0 min-w-0.75"
          style={{ left: share(offsetMs), width: share(durationMs) }}
        >
          <MarkLook kind={kind} />
        </span>
      ))}
    </div>
  );
}
