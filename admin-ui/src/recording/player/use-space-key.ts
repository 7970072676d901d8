import { useEffect } from 'react';
import { keepsSpace } from './player-keys.ts';

/** Lets the space bar act wherever the focus is not on something that uses it itself, and no dialog is open. */
export function useSpaceKey(act: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.repeat || event.defaultPrevented) return;
      const focused = event.target instanceof HTMLElement ? event.target : document.body;
      const inDialog = document.querySelector('[role="dialog"]') !== null;
      const { tagName: tag, isContentEditable: editable } = focused;
      if (inDialog || keepsSpace({ tag, role: focused.getAttribute('role'), editable })) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', listen);
    return () => {
      window.removeEventListener('keydown', listen);
    };
  }, [act]);
}
