import { useId } from 'react';
import type { ComponentProps } from 'react';
import { cn } from '../cn.ts';

const box =
  'w-full rounded-md border border-line-strong bg-surface px-3 text-sm text-ink placeholder:text-quiet ' +
  'aria-invalid:border-bad disabled:opacity-60';

/** A one-line input without a label of its own; the caller names it. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cn(box, 'h-9', className)} {...rest} />;
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string;
  /** What is wrong with the value, if anything. */
  readonly error?: string | undefined;
  readonly maxLength?: number;
  readonly rows?: number;
  readonly required?: boolean;
  readonly placeholder?: string;
}

/** A labelled input of one or more lines, with its hint and its error tied to it for screen readers. */
export function TextField({ label, value, onValue, hint, error, rows = 1, ...rest }: TextFieldProps) {
  const id = useId();
  const note = error ?? hint;
  const common = {
    id,
    value,
    'aria-invalid': error !== undefined,
    ...(note === undefined ? {} : { 'aria-describedby': `${id}-note` }),
    ...rest,
  };
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {rows > 1 ? (
        <textarea
          {...common}
          rows={rows}
          className={cn(box, 'resize-y py-2')}
          onChange={(event) => {
            onValue(event.target.value);
          }}
        />
      ) : (
        <Input
          {...common}
          onChange={(event) => {
            onValue(event.target.value);
          }}
        />
      )}
      {note !== undefined && (
        <p id={`${id}-note`} className={cn('text-xs', error === undefined ? 'text-quiet' : 'text-bad')}>
          {note}
        </p>
      )}
    </div>
  );
}
