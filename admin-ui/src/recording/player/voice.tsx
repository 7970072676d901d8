import { Volume2, VolumeX } from 'lucide-react';
import { cn } from '../../components/cn.ts';
import { Button } from '../../components/ui/button.tsx';
import { t } from '../../i18n/t.ts';

/** Colours of the voices, by channel. */
export const VOICE_COLOURS = ['text-voice-0', 'text-voice-1'] as const;

interface VoiceProps {
  readonly channel: 0 | 1;
  readonly name: string;
  readonly muted: boolean;
  readonly disabled: boolean;
  readonly onToggle: () => void;
}

/** The name at a waveform, with the switch that silences its voice. */
export function Voice({ channel, name, muted, disabled, onToggle }: VoiceProps) {
  const Icon = muted ? VolumeX : Volume2;
  return (
    <div className="flex min-w-0 items-center gap-1.5">
      <span aria-hidden className={cn('size-2 shrink-0 rounded-full bg-current', VOICE_COLOURS[channel])} />
      <span
        title={name}
        className={cn('min-w-0 grow truncate text-sm font-medium', muted && 'text-quiet line-through')}
      >
        {name}
      </span>
      <Button
        tone="quiet"
        size="icon"
        aria-label={t('Mute {{name}}', { name })}
        aria-pressed={muted}
        disabled={disabled}
        className={cn('size-7', muted && 'bg-sunken text-ink')}
        onClick={onToggle}
      >
        <Icon />
      </Button>
    </div>
  );
}
