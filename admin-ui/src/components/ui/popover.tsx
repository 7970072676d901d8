import { Popover as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface PopoverProps {
  /** One button. */
  readonly trigger: ReactNode;
  readonly label: string;
  readonly children: ReactNode;
}

/** A small panel that opens beside its button. */
export function Popover({ trigger, label, children }: PopoverProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          sideOffset={8}
          collisionPadding={12}
          align="start"
          className="z-50 w-80 max-w-[calc(100vw-1.5rem)] rounded-lg border border-line bg-surface p-3 shadow-xl"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
