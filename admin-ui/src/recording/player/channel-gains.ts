/** How loud each voice is in each ear, for every choice of muted voices. */

/** Which voices are muted: left channel, right channel. */
export type Muted = readonly [left: boolean, right: boolean];

/** Gains from each voice to each ear, 0 to 1. */
export interface ChannelGains {
  readonly leftToLeft: number;
  readonly leftToRight: number;
  readonly rightToLeft: number;
  readonly rightToRight: number;
}

/** Both voices: one in each ear. One voice muted: the other in both ears, so that it is never lost to one earphone. */
export function channelGains([left, right]: Muted): ChannelGains {
  return {
    leftToLeft: left ? 0 : 1,
    leftToRight: !left && right ? 1 : 0,
    rightToLeft: !right && left ? 1 : 0,
    rightToRight: right ? 0 : 1,
  };
}
