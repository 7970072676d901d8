import { useCallback, useEffect, useState } from 'react';
import type { RefObject } from 'react';
import { explainPlaybackFailure } from './playback-failure.ts';
import type { PlaybackFailure } from './playback-failure.ts';

type Phase = 'paused' | 'waiting' | 'playing';

/** What each event of the element says about playing; the element, not the button, knows whether sound comes. */
const PHASE_AFTER = {
  playing: 'playing',
  waiting: 'waiting',
  pause: 'paused',
  ended: 'paused',
  emptied: 'paused',
  error: 'paused',
} as const satisfies Partial<Record<keyof HTMLMediaElementEventMap, Phase>>;
const TIME_CHANGES = ['timeupdate', 'seeking', 'ended'] as const;

/** Position and phase of an audio element, why it failed if it did, and the acts on it. */
export function useTransport(audio: RefObject<HTMLAudioElement | null>, audioUrl: string) {
  const [seconds, setSeconds] = useState(0);
  const [phase, setPhase] = useState<Phase>('paused');
  const [failure, setFailure] = useState<PlaybackFailure>();
  useEffect(() => {
    const element = audio.current;
    if (element === null) return undefined;
    const stop = new AbortController();
    const on = (event: string, act: () => void) => {
      element.addEventListener(event, act, { signal: stop.signal });
    };
    for (const [event, next] of Object.entries(PHASE_AFTER)) on(event, setPhase.bind(null, next));
    for (const event of TIME_CHANGES) {
      on(event, () => {
        setSeconds(element.currentTime);
      });
    }
    on('error', () => {
      void explainPlaybackFailure(audioUrl).then((found) => {
        if (!stop.signal.aborted) setFailure(found);
      });
    });
    return () => {
      stop.abort();
    };
  }, [audio, audioUrl]);
  const seek = useCallback(
    (target: number) => {
      if (audio.current === null) return;
      // Before anything is loaded the element keeps this as the place to start from.
      audio.current.currentTime = target;
      setSeconds(target);
    },
    [audio],
  );
  const start = useCallback((element: HTMLAudioElement) => {
    setFailure(undefined);
    setPhase('waiting');
    if (element.error !== null) reload(element);
    // A refusal to play is told by the error event, with its reason.
    element.play().catch(() => {
      setPhase('paused');
    });
  }, []);
  return { seconds, playing: phase === 'playing', waiting: phase === 'waiting', failure, seek, start };
}

/** After an error the element has to load anew; it goes on where it was. */
function reload(element: HTMLAudioElement): void {
  const from = element.currentTime;
  element.load();
  element.currentTime = from;
}
