import { cva } from 'class-variance-authority';
import type { VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from '../cn.ts';

const look = cva(
  'inline-flex max-w-full shrink-0 items-center justify-center gap-1.5 rounded-md font-medium sm:whitespace-nowrap ' +
    'transition-colors select-none disabled:cursor-not-allowed disabled:opacity-50 ' +
    'aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        primary: 'bg-accent text-accent-ink hover:bg-accent-hover',
        plain: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
        quiet: 'text-quiet hover:bg-sunken hover:text-ink',
        danger: 'border border-bad/40 bg-bad-soft text-bad hover:border-bad',
      },
      size: {
        small: 'min-h-7 px-2 text-xs',
        medium: 'min-h-9 px-3 text-sm',
        icon: 'size-8',
        large: 'min-h-11 px-4 text-sm',
      },
    },
    defaultVariants: { tone: 'plain', size: 'medium' },
  },
);

/** Everything a button takes, and its look. */
export type ButtonProps = ComponentProps<'button'> & VariantProps<typeof look> & { asChild?: boolean };

/** A button; with `asChild` its look is given to the one child, such as a link. */
export function Button({ tone, size, asChild = false, className, type = 'button', ...rest }: ButtonProps) {
  const classes = cn(look({ tone, size }), className);
  if (asChild) return <Slot.Root className={classes} {...rest} />;
  return <button type={type} className={classes} {...rest} />;
}
