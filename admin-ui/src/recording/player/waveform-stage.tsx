import { useEffect, useMemo, useRef, useState } from 'react';
import type { PointerEvent, RefObject } from 'react';
import type { Waveform } from '../../../../hub/api/schemas/recording.ts';
import type { Timeline } from '../../../../hub/api/schemas/timeline.ts';
import { clockLength, spokenLength } from '../../format/time.ts';
import { LaneMarks } from '../timeline/lane-marks.tsx';
import { seekByKey } from './player-keys.ts';
import type { Player } from './use-player.ts';
import { WaveformLane } from './waveform-lane.tsx';
import { drawingGain, playedShare, rulerMarks, secondsAt } from './waveform-geometry.ts';

const PX_PER_MARK = 90;
/** Drawn while the waveform is not there, and for a voice that was not recorded: a thin line. */
const SILENCE = [0, 0] as const;

interface StageProps {
  readonly player: Player;
  readonly channels: Waveform['channels'];
  /** Left out while it is not there: then nothing is marked. */
  readonly timeline: Timeline | undefined;
  readonly disabled: boolean;
}

/** The waveforms one above the other with one playhead; a slider for pointer and keyboard. */
export function WaveformStage({ player, channels, timeline, disabled }: StageProps) {
  const stage = useRef<HTMLDivElement>(null);
  const width = useWidth(stage);
  const gain = useMemo(() => drawingGain(channels.map(({ peaks }) => peaks)), [channels]);
  usePlayhead(stage, player);
  const drag = useDrag(player, disabled);
  const { seconds, durationSeconds, muted } = player;
  return (
    <div className="min-w-0">
      <div
        ref={stage}
        role="slider"
        tabIndex={disabled ? -1 : 0}
        aria-label="Position in the recording"
        aria-disabled={disabled}
        aria-valuemin={0}
        aria-valuemax={Math.round(durationSeconds)}
        aria-valuenow={Math.round(seconds)}
        aria-valuetext={`${spokenLength(seconds * 1_000)} of ${spokenLength(durationSeconds * 1_000)}`}
        className="group relative grid cursor-pointer touch-pan-y gap-2 rounded select-none aria-disabled:cursor-default"
        {...drag}
        onKeyDown={(event) => {
          const target = disabled ? undefined : seekByKey(event.key, seconds, durationSeconds);
          if (target === undefined) return;
          event.preventDefault();
          player.seek(target);
        }}
      >
        {([0, 1] as const).map((channel) => (
          <WaveformLane
            key={channel}
            channel={channel}
            peaks={channels[channel]?.peaks ?? SILENCE}
            gain={gain}
            widthPx={width}
            muted={muted[channel]}
          >
            <LaneMarks timeline={timeline} channel={channel} widthPx={width} />
          </WaveformLane>
        ))}
        <span
          aria-hidden
          className="pointer-events-none absolute -inset-y-1 left-[calc(var(--played)*100%)] w-0.5 -translate-x-px rounded bg-ink"
        />
      </div>
      <Ruler durationSeconds={durationSeconds} widthPx={width} />
    </div>
  );
}

function Ruler({ durationSeconds, widthPx }: { readonly durationSeconds: number; readonly widthPx: number }) {
  return (
    <div aria-hidden className="relative mt-1.5 h-4 text-[0.6875rem] text-quiet tabular-nums">
      {rulerMarks(durationSeconds, Math.max(1, Math.floor(widthPx / PX_PER_MARK))).map((mark) => (
        <span
          key={mark}
          className="absolute border-l border-line-strong pl-1 leading-none"
          style={{ left: `${String(playedShare(mark, durationSeconds) * 100)}%` }}
        >
          {clockLength(mark * 1_000)}
        </span>
      ))}
    </div>
  );
}

/** Pressing seeks, and so does every move until the pointer is lifted. */
function useDrag(player: Player, disabled: boolean) {
  const seekTo = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    player.seek(secondsAt(event.clientX, left, width, player.durationSeconds));
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (disabled || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      seekTo(event);
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
    },
  };
}

/** Moves the playhead with every frame while playing, past React, which needs the time only a few times a second. */
function usePlayhead(stage: RefObject<HTMLDivElement | null>, player: Player): void {
  const { audio, playing, seconds, durationSeconds } = player;
  useEffect(() => {
    const show = (at: number) => {
      stage.current?.style.setProperty('--played', String(playedShare(at, durationSeconds)));
    };
    show(seconds);
    if (!playing) return undefined;
    let frame = requestAnimationFrame(function next() {
      show(audio.current?.currentTime ?? 0);
      frame = requestAnimationFrame(next);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [stage, audio, playing, seconds, durationSeconds]);
}

function useWidth(element: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return width;
}
