import { LoaderCircle, Pause, Play } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { Select } from '../../components/ui/select.tsx';
import { clockLength } from '../../format/time.ts';
import type { Player } from './use-player.ts';

const RATES = ['0.75', '1', '1.25', '1.5', '2'].map((value) => ({ value, label: `${value}×` }));

/** Play and pause, time and speed. */
export function TransportBar({ player, disabled }: { readonly player: Player; readonly disabled: boolean }) {
  const { playing, waiting, seconds, durationSeconds } = player;
  const Icon = waiting ? LoaderCircle : playing ? Pause : Play;
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button
        tone="primary"
        size="large"
        data-testid="play"
        aria-label={playing || waiting ? 'Pause' : 'Play'}
        title="Space plays and pauses"
        disabled={disabled}
        className="size-11 rounded-full px-0"
        onClick={player.toggle}
      >
        <Icon className={waiting ? 'animate-spin' : 'fill-current'} />
      </Button>
      <p data-testid="player-time" className="text-sm tabular-nums">
        <span className="font-medium">{clockLength(seconds * 1_000)}</span>
        <span className="text-quiet"> / {clockLength(durationSeconds * 1_000)}</span>
      </p>
      <Select
        label="Playback speed"
        value={String(player.rate)}
        options={RATES}
        className="ml-auto"
        onValue={(value) => {
          player.setRate(Number(value));
        }}
      />
    </div>
  );
}
