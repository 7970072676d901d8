import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../../i18n/t.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { focusFirstFault } from './focus-first-fault.ts';

interface FormDialogProps {
  readonly title: string;
  /** What will happen, before anything is asked. */
  readonly description: ReactNode;
  /** Whether what was filled in can be sent. */
  readonly ready: boolean;
  /** Whether it was sent and no answer is there yet; it is not sent twice. */
  readonly pending: boolean;
  /** What the button that sends says, and while it is sending. */
  readonly act: string;
  readonly acting?: string;
  readonly tone?: 'primary' | 'danger';
  /** What the button that closes says. */
  readonly cancel?: string;
  /** Buttons between the two. */
  readonly actions?: ReactNode;
  readonly testId?: string;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A dialog that asks for something and does it: its fields, a way back, and the one act. Mounted only while it is open. */
export function FormDialog({
  title,
  description,
  ready,
  pending,
  act,
  acting = act,
  tone = 'primary',
  cancel = t('Cancel'),
  actions,
  testId,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const form = useRef<HTMLFormElement>(null);
  // The hub has answered: where it refused a field, that one is to be corrected.
  useEffect(() => {
    if (!pending) focusFirstFault(form.current);
  }, [pending]);
  return (
    <Dialog open onOpenChange={onClose} title={title} description={description}>
      <form
        ref={form}
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready || pending) return;
          onSubmit();
          focusFirstFault(event.currentTarget);
        }}
      >
        {children}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{cancel}</Button>
          {actions}
          <Button tone={tone} type="submit" disabled={!ready || pending} data-testid={testId}>
            {pending ? acting : act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
