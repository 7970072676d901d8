import { useId, useState } from 'react';
import { useRouter } from '@tanstack/react-router';
import { cn } from '../components/cn.ts';
import { Dialog } from '../components/ui/dialog.tsx';
import { Input } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { placesFor, type IdPlace, type JumpPlace } from './jump-places.ts';
import { HOME_SCREEN, SCREEN_GROUPS } from './screens.ts';

const PLACES: readonly JumpPlace[] = [
  { ...HOME_SCREEN, group: '' },
  ...SCREEN_GROUPS.flatMap(({ title, screens }) =>
    screens.map(({ to, label }) => ({ to, label, group: title })),
  ),
  { to: '/authenticators', label: t('My authenticators'), group: t('Access') },
];

/** Kinds of things that are found by an id. */
const IDS: readonly IdPlace[] = [
  { path: '/recordings', label: t('Recording') },
  { path: '/matters', label: t('Matter') },
  { path: '/requests', label: t('Request') },
  { path: '/incidents', label: t('Incident') },
  { path: '/approvals', label: t('Approval') },
  { path: '/exports', label: t('Export') },
  { path: '/grants', label: t('Grant') },
  { path: '/access-alerts', label: t('Access alert') },
  { path: '/people', label: t('Person') },
  { path: '/connections', label: t('Connection') },
  { path: '/deliveries', label: t('Delivery') },
];

/** A box for the name of a screen or an id; the arrows choose, Enter goes there. */
export function JumpDialog({ onClose }: { readonly onClose: () => void }) {
  const id = useId();
  const { history } = useRouter();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const places = placesFor(text, PLACES, IDS);
  const go = (place: JumpPlace | undefined) => {
    if (place === undefined) return;
    onClose();
    history.push(place.to);
  };
  const move = (by: number) => {
    const next = (chosen + by + places.length) % Math.max(1, places.length);
    setChosen(next);
    document.getElementById(`${id}-${String(next)}`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Dialog
      open
      fleeting
      onOpenChange={onClose}
      title={t('Go to')}
      description={t('The name of a screen, or an id of a recording, matter, request or anything else.')}
    >
      <Input
        role="combobox"
        aria-label={t('Where to')}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={places.length === 0 ? undefined : `${id}-${String(chosen)}`}
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(1);
          else if (event.key === 'ArrowUp') move(-1);
          else if (event.key === 'Enter') go(places[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t('Screens and things')}
        className="mt-3 max-h-72 overflow-y-auto"
      >
        {places.map((place, at) => (
          <li
            key={place.to}
            id={`${id}-${String(at)}`}
            role="option"
            aria-selected={at === chosen}
            className={cn(
              'flex cursor-pointer items-baseline gap-2 rounded-md px-2.5 py-1.5 text-sm',
              at === chosen && 'bg-accent-soft text-accent',
            )}
            onMouseMove={() => {
              setChosen(at);
            }}
            onClick={() => {
              go(place);
            }}
          >
            <span className="font-medium">{place.label}</span>
            <span className="ml-auto truncate text-xs text-quiet">{place.group}</span>
          </li>
        ))}
      </ul>
      {places.length === 0 && (
        <p role="status" className="py-4 text-center text-sm text-quiet">
          {t('No screen has this name.')}
        </p>
      )}
    </Dialog>
  );
}
