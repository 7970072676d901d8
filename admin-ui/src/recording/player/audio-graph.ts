import { channelGains } from './channel-gains.ts';
import type { Muted } from './channel-gains.ts';

/** The way of both voices from the audio element to the ears. */
export interface AudioGraph {
  /** Takes effect at once, also while playing. */
  setMuted(muted: Muted): void;
  /** Browsers start the graph asleep; to be called from a gesture. */
  wake(): void;
  /** Frees the audio device; the element is silent for good afterwards. */
  close(): void;
}

/** Short enough to feel immediate, long enough not to click. */
const FADE_SECONDS = 0.015;

/** Puts the two channels of an element on gains of their own. Works once per element, as the browser allows no more. */
export function connectChannels(element: HTMLAudioElement): AudioGraph {
  const context = new AudioContext();
  const split = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
  const merge = new ChannelMergerNode(context, { numberOfInputs: 2 });
  context.createMediaElementSource(element).connect(split);
  merge.connect(context.destination);
  const way = (voice: number, ear: number, gain: number) => {
    const node = new GainNode(context, { gain });
    split.connect(node, voice);
    node.connect(merge, 0, ear);
    return node.gain;
  };
  const start = channelGains([false, false]);
  const ways = {
    leftToLeft: way(0, 0, start.leftToLeft),
    leftToRight: way(0, 1, start.leftToRight),
    rightToLeft: way(1, 0, start.rightToLeft),
    rightToRight: way(1, 1, start.rightToRight),
  };
  return {
    setMuted(muted) {
      const gains = channelGains(muted);
      for (const name of ['leftToLeft', 'leftToRight', 'rightToLeft', 'rightToRight'] as const) {
        ways[name].setTargetAtTime(gains[name], context.currentTime, FADE_SECONDS / 3);
      }
    },
    wake() {
      if (context.state === 'suspended') void context.resume();
    },
    close() {
      void context.close();
    },
  };
}
