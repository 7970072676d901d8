import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { connectChannels } from './audio-graph.ts';
import type { AudioGraph } from './audio-graph.ts';
import type { Muted } from './channel-gains.ts';
import type { PlaybackFailure } from './playback-failure.ts';
import { useTransport } from './use-transport.ts';

/** Speeds of playback; the pitch of the voices stays at each. */
export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;
/** How many times wider than the page the time line is drawn. */
export const ZOOMS = [1, 2, 4, 8, 16] as const;

/** What the parts of the player show and do. */
export interface Player {
  readonly audio: RefObject<HTMLAudioElement | null>;
  readonly seconds: number;
  readonly durationSeconds: number;
  readonly playing: boolean;
  /** Play was asked for and sound has not come yet. */
  readonly waiting: boolean;
  readonly muted: Muted;
  readonly rate: number;
  readonly zoom: number;
  readonly failure: PlaybackFailure | undefined;
  toggle(): void;
  seek(seconds: number): void;
  setRate(rate: number): void;
  setZoom(zoom: number): void;
  toggleMuted(channel: 0 | 1): void;
}

/**
 * State and acts of the player of one recording. Nothing is loaded before the first play: reading the audio is a
 * playback, and every playback is entered in the ledger.
 */
export function usePlayer(audioUrl: string, durationMs: number): Player {
  const audio = useRef<HTMLAudioElement>(null);
  const [rate, setRate] = useState(1);
  const [zoom, setZoom] = useState(1);
  const { muted, toggleMuted, openGraph } = useVoices(audio);
  const transport = useTransport(audio, audioUrl);
  const durationSeconds = durationMs / 1_000;
  const { start } = transport;
  const toggle = useCallback(() => {
    const element = audio.current;
    if (element === null) return;
    if (!element.paused) {
      element.pause();
      return;
    }
    openGraph(element);
    if (element.ended) element.currentTime = 0;
    start(element);
  }, [openGraph, start]);
  useEffect(() => {
    // A reload resets the element's rate to its default, so both are set.
    if (audio.current !== null)
      Object.assign(audio.current, { playbackRate: rate, defaultPlaybackRate: rate, preservesPitch: true });
  }, [rate]);
  return { audio, durationSeconds, muted, toggleMuted, rate, setRate, zoom, setZoom, toggle, ...transport };
}

/** Which voices are heard. The audio device is opened by the first play, because browsers want a gesture for it. */
function useVoices(audio: RefObject<HTMLAudioElement | null>) {
  const graph = useRef<AudioGraph>(undefined);
  const [muted, setMuted] = useState<Muted>([false, false]);
  useEffect(() => {
    graph.current?.setMuted(muted);
  }, [muted]);
  useEffect(
    () => () => {
      graph.current?.close();
    },
    [audio],
  );
  const openGraph = useCallback(
    (element: HTMLAudioElement) => {
      if (graph.current === undefined) {
        graph.current = connectChannels(element);
        graph.current.setMuted(muted);
      }
      graph.current.wake();
    },
    [muted],
  );
  const toggleMuted = useCallback((channel: 0 | 1) => {
    setMuted(([left, right]) => (channel === 0 ? [!left, right] : [left, !right]));
  }, []);
  return { muted, toggleMuted, openGraph };
}
