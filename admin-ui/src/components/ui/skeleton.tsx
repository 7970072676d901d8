import { cn } from '../cn.ts';

/** A grey bar where content will be. Decoration: the region that loads says so itself with aria-busy. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <span aria-hidden className={cn('block h-4 animate-pulse rounded bg-sunken', className)} />;
}
