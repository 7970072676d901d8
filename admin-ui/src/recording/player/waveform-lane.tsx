import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { cn } from '../../components/cn.ts';
import { VOICE_COLOURS } from './voice.tsx';
import { barHeights, barPath, barsThatFit } from './waveform-geometry.ts';

const PITCH_PX = 3;
const BOX_HEIGHT = 56;

interface WaveformLaneProps {
  readonly channel: 0 | 1;
  readonly peaks: readonly number[];
  /** Enlargement, the same for both voices. */
  readonly gain: number;
  readonly widthPx: number;
  readonly muted: boolean;
  /** Marks, drawn behind the voice. */
  readonly children?: ReactNode;
}

/** One voice over time: faint where it is still to come, strong where it was played (up to --played). */
export function WaveformLane({ channel, peaks, gain, widthPx, muted, children }: WaveformLaneProps) {
  const bars = barsThatFit(widthPx, PITCH_PX);
  const path = useMemo(() => barPath(barHeights(peaks, bars, gain), BOX_HEIGHT), [peaks, bars, gain]);
  return (
    <div
      data-testid={`waveform-${String(channel)}`}
      className={cn('relative h-14', muted ? 'text-line-strong' : VOICE_COLOURS[channel])}
    >
      {children}
      <Bars path={path} bars={bars} className="opacity-40" />
      <Bars path={path} bars={bars} className="[clip-path:inset(0_calc(100%-var(--played)*100%)_0_0)]" />
    </div>
  );
}

function Bars({
  path,
  bars,
  className,
}: {
  readonly path: string;
  readonly bars: number;
  readonly className: string;
}) {
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${String(bars)} ${String(BOX_HEIGHT)}`}
      preserveAspectRatio="none"
      className={cn('absolute inset-0 size-full', className)}
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth="2" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
