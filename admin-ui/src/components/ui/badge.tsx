import { cva } from 'class-variance-authority';
import type { VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from '../cn.ts';

const look = cva(
  'inline-flex min-h-5.5 max-w-full shrink-0 items-center gap-1 rounded-full px-2 text-xs font-medium sm:whitespace-nowrap ' +
    '[&_svg]:size-3 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        neutral: 'bg-sunken text-quiet ring-1 ring-line ring-inset',
        good: 'bg-good-soft text-good',
        warn: 'bg-warn-soft text-warn',
        bad: 'bg-bad-soft text-bad',
        info: 'bg-info-soft text-info',
        accent: 'bg-accent-soft text-accent',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
);

/** What a colour says; there is no colour without a meaning. */
export type Tone = NonNullable<VariantProps<typeof look>['tone']>;

/** A short state in a colour; the words alone must be enough, the colour only helps the eye. */
export function Badge({ tone, className, ...rest }: ComponentProps<'span'> & VariantProps<typeof look>) {
  return <span className={cn(look({ tone }), className)} {...rest} />;
}
