import { cn } from './cn.ts';
import { CopyButton } from './copy-button.tsx';

const SHOWN = 12;

interface ShortCodeProps {
  /** The whole digest, id or key. */
  readonly value: string;
  /** What it is, for the copy button's name. */
  readonly what: string;
  /** Shows as much as the place allows instead of the first characters. */
  readonly fill?: boolean;
}

/** The beginning of a digest or id; the whole of it on hover and in the clipboard. */
export function ShortCode({ value, what, fill = false }: ShortCodeProps) {
  const cut = !fill && value.length > SHOWN;
  return (
    <span className={cn('inline-flex items-center gap-0.5 whitespace-nowrap', fill && 'max-w-full min-w-0')}>
      <code title={value} className="truncate font-mono text-xs">
        {cut ? `${value.slice(0, SHOWN)}…` : value}
      </code>
      <CopyButton text={value} what={what} />
    </span>
  );
}
