import { LoaderCircle, Pause, Play, ZoomIn, ZoomOut } from 'lucide-react';
import { Button } from '../../components/ui/button.tsx';
import { Select } from '../../components/ui/select.tsx';
import { clockLength } from '../../format/time.ts';
import { t } from '../../i18n/t.ts';
import { stepped } from './player-keys.ts';
import { RATES, ZOOMS, type Player } from './use-player.ts';

const CHOICES = RATES.map((rate) => ({ value: String(rate), label: `${String(rate)}×` }));

/** Play and pause, time, zoom and speed, and the keys that do the same. */
export function TransportBar({ player, disabled }: { readonly player: Player; readonly disabled: boolean }) {
  const { playing, waiting, seconds, durationSeconds, zoom } = player;
  const Icon = waiting ? LoaderCircle : playing ? Pause : Play;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          tone="primary"
          size="large"
          data-testid="play"
          aria-label={playing || waiting ? t('Pause') : t('Play')}
          title={t('Space plays and pauses')}
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
        <div role="group" aria-label={t('Zoom of the time line')} className="ml-auto flex items-center gap-1">
          <Button
            tone="quiet"
            size="icon"
            aria-label={t('Zoom out')}
            disabled={zoom === ZOOMS[0]}
            onClick={() => {
              player.setZoom(stepped(ZOOMS, zoom, -1));
            }}
          >
            <ZoomOut />
          </Button>
          <span data-testid="player-zoom" className="w-8 text-center text-xs text-quiet tabular-nums">
            {zoom}×
          </span>
          <Button
            tone="quiet"
            size="icon"
            aria-label={t('Zoom in')}
            disabled={zoom === ZOOMS.at(-1)}
            onClick={() => {
              player.setZoom(stepped(ZOOMS, zoom, 1));
            }}
          >
            <ZoomIn />
          </Button>
        </div>
        <Select
          label={t('Playback speed')}
          value={String(player.rate)}
          options={CHOICES}
          onValue={(value) => {
            player.setRate(Number(value));
          }}
        />
      </div>
      <details className="text-xs text-quiet">
        <summary className="w-fit hover:text-ink">{t('Keys of the player')}</summary>
        <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
          <Key keys={t('Space')}>{t('plays and pauses, anywhere on the page')}</Key>
          <Key keys="← →">{t('five seconds back and on, on the waveform')}</Key>
          <Key keys={t('Page up, page down')}>{t('half a minute on and back')}</Key>
          <Key keys="1 2">{t('mutes the upper and the lower voice')}</Key>
          <Key keys="+ −">{t('zooms in and out')}</Key>
          <Key keys="< >">{t('slower and faster; the pitch stays')}</Key>
        </dl>
      </details>
    </div>
  );
}

function Key({ keys, children }: { readonly keys: string; readonly children: string }) {
  return (
    <>
      <dt>
        <kbd className="font-mono">{keys}</kbd>
      </dt>
      <dd>{children}</dd>
    </>
  );
}
