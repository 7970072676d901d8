import { ChevronRight, CircleAlert, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { CustodyEntry } from '../../../hub/api/schemas/ledger.ts';
import { cn } from '../components/cn.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { actorInWords, entryInWords, isAlarming, readableLeaf, saysMore } from './ledger-words.ts';
import { plural, t } from '../i18n/t.ts';

/** One act on the timeline; opens to the leaf as it was hashed and the proof that it stands in the log. */
export function CustodyItem({
  entry,
  about,
}: {
  readonly entry: CustodyEntry;
  /** What the entry is about, where that does not go without saying. */
  readonly about?: ReactNode;
}) {
  const alarming = isAlarming(entry);
  const [open, setOpen] = useState(false);
  const evidence = useId();
  return (
    <li className="relative pl-6">
      <span
        aria-hidden
        className={cn(
          'absolute top-3.5 left-[0.1875rem] size-2.5 rounded-full ring-4 ring-surface',
          alarming ? 'bg-bad' : 'bg-accent',
        )}
      />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 rounded-md px-2 py-1 hover:bg-sunken">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={evidence}
          className="flex min-h-6 items-center gap-3 rounded text-left"
          onClick={() => {
            setOpen(!open);
          }}
        >
          <ChevronRight
            aria-hidden
            className={cn('size-3.5 shrink-0 text-quiet transition-transform', open && 'rotate-90')}
          />
          <span className={cn('font-medium', alarming && 'text-bad')}>
            {alarming && <CircleAlert aria-hidden className="mr-1 inline size-4 align-text-bottom" />}
            {entryInWords(entry)}
          </span>
        </button>
        {saysMore(entry) && <Badge tone={alarming ? 'bad' : 'neutral'}>{entry.outcome}</Badge>}
        <span className="text-quiet">{actorInWords(entry.actor)}</span>
        {about !== undefined && <span className="text-sm">{about}</span>}
        <span className="ml-auto flex items-center gap-3 text-xs text-quiet max-sm:ml-6.5 max-sm:w-full">
          <Timestamp instant={entry.at} exact />
          <span className="font-mono">#{String(entry.index)}</span>
          <Proven proven={entry.proven} />
        </span>
      </div>
      <div id={evidence} hidden={!open}>
        {open && <Evidence entry={entry} />}
      </div>
    </li>
  );
}

function Proven({ proven }: { readonly proven: boolean }) {
  const Icon = proven ? ShieldCheck : ShieldAlert;
  return (
    <span className={cn('inline-flex items-center gap-1 font-medium', proven ? 'text-good' : 'text-bad')}>
      <Icon aria-hidden className="size-3.5" />
      {proven ? t('Proven') : t('Not proven')}
    </span>
  );
}

function Evidence({ entry }: { readonly entry: CustodyEntry }) {
  return (
    <div className="mt-1 mb-3 ml-2 grid gap-3 rounded-md border border-line bg-ground p-3 text-xs">
      <Piece name={t('Leaf')} text={entry.leaf} shown={readableLeaf(entry.leaf)}>
        {t('shown with line breaks; copied exactly as it was hashed')}
      </Piece>
      <Piece name={t('Leaf hash')} text={entry.leafHash} />
      <Piece name={t('Proof')} text={entry.proof.join('\n')}>
        {plural(entry.proof.length, {
          one: '{{count}} hash from this leaf to the checkpoint',
          other: '{{count}} hashes from this leaf to the checkpoint',
        })}
      </Piece>
    </div>
  );
}

interface PieceProps {
  readonly name: string;
  /** What is copied. */
  readonly text: string;
  /** What is shown, when that differs. */
  readonly shown?: string;
  readonly children?: ReactNode;
}

/** A named piece of evidence, to read and to copy. */
export function Piece({ name, text, shown, children }: PieceProps) {
  return (
    <div className="min-w-0">
      <div className="flex items-center gap-1.5">
        <h4 className="font-medium">{name}</h4>
        {children !== undefined && <span className="text-quiet">{children}</span>}
        <span className="ml-auto">
          <CopyButton text={text} what={name} />
        </span>
      </div>
      <pre
        tabIndex={0}
        aria-label={name}
        className="mt-1 max-h-64 overflow-auto rounded bg-sunken p-2 font-mono leading-relaxed break-all whitespace-pre-wrap"
      >
        {text === '' ? t('empty: the leaf is the whole log') : (shown ?? text)}
      </pre>
    </div>
  );
}
