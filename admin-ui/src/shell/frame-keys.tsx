import { useEffect, useState } from 'react';
import { useRouter } from '@tanstack/react-router';
import { JumpDialog } from './jump-dialog.tsx';
import { KeySequence } from './key-sequence.ts';
import { KeysDialog } from './keys-dialog.tsx';

const KEPT = 'holdfast.single-keys';
/** Told to the window by what opens one of the dialogs with the mouse. */
const OPEN = 'holdfast-frame-dialog';

type Shown = 'keys' | 'jump' | undefined;

/** Opens one of the frame's dialogs, from anywhere. */
export function openFrameDialog(what: 'keys' | 'jump'): void {
  window.dispatchEvent(new CustomEvent(OPEN, { detail: what }));
}

/** The keys of the frame, and the dialogs they open. */
export function FrameKeys() {
  const { history } = useRouter();
  const [shown, setShown] = useState<Shown>();
  const [quiet, setQuiet] = useState(() => window.localStorage.getItem(KEPT) === 'off');
  useEffect(() => {
    const sequence = new KeySequence();
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const typing = isTyping(event.target);
      const wish = sequence.press({ key: event.key, command: event.ctrlKey || event.metaKey, typing, quiet });
      if (wish === undefined) return;
      event.preventDefault();
      if (wish.what === 'go') history.push(wish.to);
      else if (document.querySelector('[role=dialog]') === null) setShown(wish.what);
    };
    const open = (event: Event): void => {
      setShown((event as CustomEvent<Shown>).detail);
    };
    window.addEventListener('keydown', press);
    window.addEventListener(OPEN, open);
    return () => {
      window.removeEventListener('keydown', press);
      window.removeEventListener(OPEN, open);
    };
  }, [history, quiet]);
  const close = () => {
    setShown(undefined);
  };
  if (shown === 'jump') return <JumpDialog onClose={close} />;
  if (shown === undefined) return null;
  return (
    <KeysDialog
      onClose={close}
      quiet={quiet}
      onQuiet={(next) => {
        window.localStorage.setItem(KEPT, next ? 'off' : 'on');
        setQuiet(next);
      }}
    />
  );
}

function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector('[role=dialog]') !== null) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role=textbox]') !== null)
  );
}
