import { useEffect } from 'react';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: string;
  readonly children?: ReactNode;
}

/** The page's one first-level heading, which also names the window. */
export function PageHeader({ title, children }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <h1 className="text-xl wrap-anywhere font-semibold tracking-tight">{title}</h1>
      {children}
    </div>
  );
}

/** Names the window after the page. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
}
