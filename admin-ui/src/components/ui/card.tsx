import { useId } from 'react';
import type { ReactNode } from 'react';
import { cn } from '../cn.ts';

interface CardProps {
  readonly title: string;
  /** One line under the title that says what the card answers. */
  readonly hint?: ReactNode;
  readonly icon?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  readonly className?: string;
  /** False when the content reaches the card's edge, as a table does. */
  readonly padded?: boolean;
  readonly children: ReactNode;
}

/** A named region of a page, reachable by its heading. */
export function Card({ title, hint, icon, actions, className, padded = true, children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={cn('flex min-w-0 flex-col rounded-lg border border-line bg-surface', className)}
    >
      <header className="flex min-h-12 flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-4 py-2">
        {icon !== undefined && <span className="text-quiet [&_svg]:size-4">{icon}</span>}
        <h2 id={id} className="min-w-0 text-sm font-semibold wrap-anywhere">
          {title}
        </h2>
        {hint !== undefined && <p className="text-xs text-quiet">{hint}</p>}
        {actions !== undefined && (
          <div className="ml-auto flex flex-wrap items-center justify-end gap-2">{actions}</div>
        )}
      </header>
      <div className={cn('min-w-0 grow', padded && 'p-4')}>{children}</div>
    </section>
  );
}
