import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

/** Shared by all tooltips, so that moving from one to the next does not wait again. */
export const TooltipProvider = Radix.Provider;

interface TooltipProps {
  readonly text: ReactNode;
  /** One element that can take the focus. */
  readonly children: ReactNode;
}

/** A remark on hover and on focus; tied to its element for screen readers. */
export function Tooltip({ text, children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 rounded-md bg-ink px-2.5 py-1.5 text-xs text-ground shadow-lg"
        >
          {text}
          <Radix.Arrow className="fill-ink" />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
