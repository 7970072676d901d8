import { ChevronDown } from 'lucide-react';
import { cn } from '../cn.ts';

interface SelectProps<Value extends string> {
  /** Read by screen readers; the chosen option shows what it is about. */
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onValue: (value: Value) => void;
  readonly className?: string;
  readonly disabled?: boolean;
  readonly invalid?: boolean;
}

/** The platform's own select, so that it works with every keyboard, reader and phone. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onValue,
  className,
  disabled = false,
  invalid = false,
}: SelectProps<Value>) {
  return (
    <span className={cn('relative inline-flex', className)}>
      <select
        aria-label={label}
        value={value}
        disabled={disabled}
        aria-invalid={invalid}
        className="h-9 w-full appearance-none rounded-md border border-line-strong bg-surface pr-8 pl-3 text-sm text-ink aria-invalid:border-bad disabled:opacity-60"
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onValue(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-quiet"
      />
    </span>
  );
}
