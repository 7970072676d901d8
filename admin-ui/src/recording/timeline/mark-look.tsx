import { cn } from '../../components/cn.ts';
import type { MarkKind } from './marks.ts';

/** Pattern and place tell the kinds apart as well as the colour does; bands lie behind the voice, edges at its foot. */
const LOOKS: Readonly<Record<MarkKind, string>> = {
  hold: 'inset-y-0 rounded-sm bg-[repeating-linear-gradient(135deg,currentColor_0_1px,transparent_1px_6px)] text-info ring-1 ring-info/50 ring-inset',
  paused: 'inset-y-0 rounded-sm bg-sunken ring-1 ring-line-strong ring-inset',
  withheld:
    'inset-y-0 rounded-sm bg-[repeating-linear-gradient(45deg,currentColor_0_1px,transparent_1px_6px)] text-accent ring-1 ring-accent/50 ring-inset',
  closed:
    'inset-y-0 rounded-sm bg-[repeating-linear-gradient(90deg,currentColor_0_1px,transparent_1px_6px)] text-quiet ring-1 ring-line-strong ring-inset',
  undecoded:
    'inset-y-0 rounded-sm bg-[repeating-linear-gradient(0deg,currentColor_0_1px,transparent_1px_5px)] text-warn ring-1 ring-warn/50 ring-inset',
  destroyed:
    'inset-y-0 rounded-sm bg-[repeating-linear-gradient(45deg,currentColor_0_2px,transparent_2px_8px)] text-bad ring-1 ring-bad/50 ring-inset',
  cut: 'inset-y-0 rounded-sm bg-[repeating-linear-gradient(135deg,currentColor_0_2px,transparent_2px_8px)] text-ink ring-1 ring-line-strong ring-inset',
  loss: 'bottom-0 h-1.5 bg-bad',
  clock: 'bottom-0 h-3 border-x border-warn bg-warn-soft',
  key: 'top-0 h-2.5 rounded-b-full bg-ink',
};

/** The look of a kind, to be placed in a box of its own. */
export function MarkLook({ kind, className }: { readonly kind: MarkKind; readonly className?: string }) {
  return <span aria-hidden className={cn('absolute inset-x-0', LOOKS[kind], className)} />;
}
