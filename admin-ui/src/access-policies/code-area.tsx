import { useId, useRef } from 'react';
import { cn } from '../components/cn.ts';

interface CodeAreaProps {
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly onValue: (value: string) => void;
  readonly readOnly?: boolean;
  /** Lines with a fault, from 1. */
  readonly faulty?: ReadonlySet<number>;
  /** Id of what describes the faults. */
  readonly describedBy?: string;
}

/** A text of many lines with their numbers; those at fault are marked by a colour and a sign. */
export function CodeArea({ label, value, rows, onValue, readOnly, faulty, describedBy }: CodeAreaProps) {
  const id = useId();
  const gutter = useRef<HTMLPreElement>(null);
  const lines = value.split('\n').length;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex overflow-hidden rounded-md border border-line-strong bg-surface font-mono text-xs/5">
        <pre
          aria-hidden
          ref={gutter}
          className="shrink-0 overflow-hidden border-r border-line bg-sunken py-2 text-right text-quiet select-none"
          style={{ height: `${String(rows * 1.25 + 1)}rem` }}
        >
          {Array.from({ length: lines }, (_, index) => {
            const isFaulty = faulty?.has(index + 1) === true;
            return (
              <div key={index} className={cn('px-2', isFaulty && 'bg-bad-soft font-semibold text-bad')}>
                {isFaulty && '✗ '}
                {index + 1}
              </div>
            );
          })}
        </pre>
        <textarea
          id={id}
          value={value}
          readOnly={readOnly}
          spellCheck={false}
          wrap="off"
          aria-invalid={faulty !== undefined && faulty.size > 0}
          aria-describedby={describedBy}
          className="min-w-0 grow resize-none overflow-auto px-3 py-2 whitespace-pre outline-offset-[-2px]"
          style={{ height: `${String(rows * 1.25 + 1)}rem` }}
          onChange={(event) => {
            onValue(event.target.value);
          }}
          onScroll={(event) => {
            if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
    </div>
  );
}
