import { useEffect, useMemo, useRef, useState } from 'react';
import type { PointerEvent, RefObject } from 'react';
import type { Waveform } from '../../../../hub/api/schemas/recording.ts';
import type { Timeline } from '../../../../hub/api/schemas/timeline.ts';
import { clockLength, spokenLength } from '../../format/time.ts';
import { t } from '../../i18n/t.ts';
import { EventLane } from '../timeline/event-lane.tsx';
import type { CallEvent } from '../timeline/events.ts';
import { LaneMarks } from '../timeline/lane-marks.tsx';
import { commandOf, seekByKey, stepped } from './player-keys.ts';
import { RATES, ZOOMS, type Player } from './use-player.ts';
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
  readonly events: readonly CallEvent[];
  readonly disabled: boolean;
}

/** The waveforms one above the other with one playhead; a slider for pointer and keyboard. */
export function WaveformStage({ player, channels, timeline, events, disabled }: StageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const width = useWidth(stage);
  const gain = useMemo(() => drawingGain(channels.map(({ peaks }) => peaks)), [channels]);
  usePlayhead(stage, player);
  const drag = useDrag(player, disabled);
  const { seconds, durationSeconds, muted, zoom } = player;
  useFollow(frame, player);
  return (
    <div ref={frame} className="min-w-0 overflow-x-auto py-1" data-testid="stage-frame">
      <div style={{ width: `${String(zoom * 100)}%` }}>
        <EventLane
          events={events}
          durationMs={durationSeconds * 1_000}
          disabled={disabled}
          onSeek={player.seek}
        />
        <div
          ref={stage}
          role="slider"
          tabIndex={disabled ? -1 : 0}
          aria-label={t('Position in the recording')}
          aria-disabled={disabled}
          aria-valuemin={0}
          aria-valuemax={Math.round(durationSeconds)}
          aria-valuenow={Math.round(seconds)}
          aria-valuetext={t('{{position}} of {{length}}', {
            position: spokenLength(seconds * 1_000),
            length: spokenLength(durationSeconds * 1_000),
          })}
          className="group relative grid cursor-pointer touch-pan-y gap-2 rounded select-none aria-disabled:cursor-default"
          {...drag}
          onKeyDown={(event) => {
            if (disabled || event.ctrlKey || event.metaKey || event.altKey) return;
            const target = seekByKey(event.key, seconds, durationSeconds);
            if (target === undefined && !obey(player, event.key)) return;
            event.preventDefault();
            if (target !== undefined) player.seek(target);
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
    </div>
  );
}

/** Does what a key says; false where it says nothing. */
function obey(player: Player, key: string): boolean {
  const command = commandOf(key);
  if (command === undefined) return false;
  if (command.kind === 'mute') player.toggleMuted(command.channel);
  else if (command.kind === 'zoom') player.setZoom(stepped(ZOOMS, player.zoom, command.step));
  else player.setRate(stepped(RATES, player.rate, command.step));
  return true;
}

/** Keeps the playhead in sight on a time line that is wider than its frame. */
function useFollow(frame: RefObject<HTMLDivElement | null>, player: Player): void {
  const { seconds, durationSeconds, zoom } = player;
  useEffect(() => {
    const box = frame.current;
    if (box === null || zoom === 1) return;
    const at = playedShare(seconds, durationSeconds) * box.scrollWidth;
    if (at < box.scrollLeft || at > box.scrollLeft + box.clientWidth - 8)
      box.scrollLeft = Math.max(0, at - box.clientWidth / 4);
  }, [frame, seconds, durationSeconds, zoom]);
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
