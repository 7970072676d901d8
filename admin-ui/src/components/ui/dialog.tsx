import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { DiscardQuestion } from './discard-question.tsx';
import { TypedWork, textOfField } from './typed-work.ts';
import { t } from '../../i18n/t.ts';

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  /** What will happen, before anything is asked. */
  readonly description: ReactNode;
  readonly children: ReactNode;
  /** Whether what is typed here is worth nothing once the dialog is left, such as a word to look for. */
  readonly fleeting?: boolean;
}

/**
 * A modal dialog: keeps the focus inside, closes on Escape, and gives the focus back. Mounted only while it is open. Escape, a click
 * beside it and its cross ask before they throw away what was typed.
 */
export function Dialog({ open, onOpenChange, title, description, children, fleeting = false }: DialogProps) {
  const [opener] = useState(() => document.activeElement);
  const [typed] = useState(() => new TypedWork(textOfField));
  const [asking, setAsking] = useState(false);
  const leave = () => {
    // Whoever presses Escape at the question goes on writing.
    if (asking) setAsking(false);
    else if (!fleeting && typed.isThere()) setAsking(true);
    else onOpenChange(false);
  };
  return (
    <Radix.Root open={open} onOpenChange={leave}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-black/45 backdrop-blur-[1px]" />
        <Radix.Content
          onFocusCapture={(event) => {
            typed.entered(event.target);
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            giveFocusBack(opener);
          }}
          className={
            'fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 ' +
            '-translate-y-1/2 overflow-y-auto rounded-xl border border-line bg-surface p-5 shadow-2xl'
          }
        >
          <div className="mb-4 grid gap-1.5 pr-8">
            <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
            <Radix.Description asChild>
              <div className="text-sm text-quiet">{description}</div>
            </Radix.Description>
          </div>
          {children}
          {asking && (
            <DiscardQuestion
              onKeep={() => {
                setAsking(false);
              }}
              onDiscard={() => {
                onOpenChange(false);
              }}
            />
          )}
          <Radix.Close asChild>
            <Button tone="quiet" size="icon" aria-label={t('Close')} className="absolute top-3 right-3">
              <X />
            </Button>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The button that opened the dialog may be gone by what the dialog did; then reading goes on at the screen. */
function giveFocusBack(opener: Element | null): void {
  const target = opener?.isConnected === true ? opener : document.querySelector('main');
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}
