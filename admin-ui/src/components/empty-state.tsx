import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}

/** What is said where a list has nothing to show. */
export function EmptyState({ icon, title, children }: EmptyStateProps) {
  return (
    <div className="grid justify-items-center gap-2 px-6 py-14 text-center">
      <span aria-hidden className="rounded-full bg-sunken p-3 text-quiet [&_svg]:size-5">
        {icon}
      </span>
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-md text-sm text-quiet">{children}</div>}
    </div>
  );
}
