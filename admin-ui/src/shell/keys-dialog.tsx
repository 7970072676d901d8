import { Dialog } from '../components/ui/dialog.tsx';
import { t } from '../i18n/t.ts';
import { GO_KEYS } from './key-sequence.ts';
import { HOME_SCREEN, SCREEN_GROUPS } from './screens.ts';

interface KeysDialogProps {
  readonly onClose: () => void;
  /** Whether single keys are switched off. */
  readonly quiet: boolean;
  readonly onQuiet: (quiet: boolean) => void;
}

const SCREENS = [HOME_SCREEN, ...SCREEN_GROUPS.flatMap(({ screens }) => [...screens])];

const OTHERS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['?'], t('Shows these keys')],
  [['Ctrl', 'K'], t('Goes to a screen by its name, or to a thing by its id')],
  [['Esc'], t('Closes a dialog; what was typed in it is gone')],
];

/** All keys of the frame, and the switch for single ones, which get in the way of speech input. */
export function KeysDialog({ onClose, quiet, onQuiet }: KeysDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('Keyboard')}
      description={t('They work where no text is typed.')}
    >
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1.5 text-sm">
        {OTHERS.map(([keys, does]) => (
          <Row key={does} keys={keys} does={does} />
        ))}
        {GO_KEYS.map(([letter, to]) => {
          const label = SCREENS.find((screen) => screen.to === to)?.label;
          return label === undefined ? null : <Row key={to} keys={['g', letter]} does={label} />;
        })}
      </dl>
      <label className="mt-4 flex items-center gap-2 border-t border-line pt-3 text-sm">
        <input
          type="checkbox"
          checked={!quiet}
          onChange={(event) => {
            onQuiet(!event.target.checked);
          }}
        />
        {t('Single keys do something')}
      </label>
    </Dialog>
  );
}

function Row({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <>
      <dt className="flex gap-1">
        {keys.map((key) => (
          <kbd
            key={key}
            className="min-w-6 rounded border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-mono text-xs"
          >
            {key}
          </kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}
