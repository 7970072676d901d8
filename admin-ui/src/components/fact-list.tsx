import type { ReactNode } from 'react';

/** Names and values, one below the other. */
export function FactList({ children }: { readonly children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[fit-content(45%)_minmax(0,1fr)] items-center gap-x-4 gap-y-1.5 text-sm">
      {children}
    </dl>
  );
}

/** One of them. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="self-start py-0.5 text-quiet">{name}</dt>
      <dd className="flex min-h-6 min-w-0 flex-wrap items-center gap-x-2 wrap-anywhere">{children}</dd>
    </>
  );
}
