import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { LineageTarget } from './lineage-nodes.ts';

interface LineageLinkProps {
  readonly target: LineageTarget;
  readonly className?: string;
  /** Left out of the order of Tab where the list beside has the same link. */
  readonly silent?: boolean;
  readonly children: ReactNode;
}

/** Leads to the thing itself: its screen, or its place on this one. */
export function LineageLink({ target, className, silent = false, children }: LineageLinkProps) {
  const focus = silent ? { tabIndex: -1 } : {};
  if ('anchor' in target)
    return (
      <a href={`#${target.anchor}`} className={className} {...focus}>
        {children}
      </a>
    );
  return (
    <Link to={target.to} params={target.params} className={className} {...focus}>
      {children}
    </Link>
  );
}
