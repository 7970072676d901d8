import { cn } from './cn.ts';

/** The product's mark with its name. */
export function Logo({ className }: { readonly className?: string }) {
  return (
    <span className={cn('inline-flex items-center gap-2 text-base font-semibold tracking-tight', className)}>
      <svg aria-hidden viewBox="0 0 32 32" className="size-6 shrink-0">
        <rect width="32" height="32" rx="7" className="fill-accent" />
        <path
          d="M10 8v16M22 8v16M10 17c2-4 4-4 6-1s4 3 6-1"
          className="fill-none stroke-accent-ink"
          strokeWidth="3"
          strokeLinecap="round"
        />
      </svg>
      {'Holdfast'}
    </span>
  );
}
