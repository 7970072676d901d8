/**
 * An editor for short texts in a language of the product: conditions and mappings (CEL), policies (Cedar).
 *
 * How to use it:
 *
 *     <ExpressionEditor
 *       label="Expression, row 1"            // its name for screen readers
 *       language={CEL}                       // a Lexicon: words of the language as data; see lexicon.ts
 *       value={text} onValue={setText}
 *       faults={[{ from: 7, message: '…' }]} // of the server, with their place; underlined, and said below
 *       suggest={(text, at) => …}            // words for the place; Ctrl+Space asks for them
 *     />
 *
 * A new language is a `Lexicon` in the folder that needs it. Tab leaves the editor in both directions (WCAG 2.1.2); the
 * editor says so to screen readers. It is loaded when it is first shown; until then, and where it cannot be loaded, a plain
 * box takes its place.
 */
import { Suspense, lazy, useId } from 'react';
import { t } from '../../i18n/t.ts';
import { cn } from '../cn.ts';
import type { Lexicon } from './lexicon.ts';
import type { EditorFault, Suggestions } from './suggestion.ts';

/** What an editor is given. */
export interface ExpressionEditorProps {
  readonly label: string;
  readonly language: Lexicon;
  readonly value: string;
  readonly onValue: (text: string) => void;
  readonly faults?: readonly EditorFault[];
  readonly suggest?: (text: string, at: number) => Suggestions | null;
  readonly readOnly?: boolean;
  /** Shown while nothing is typed. */
  readonly hint?: string;
  /** False where the caller says itself what is wrong. */
  readonly saysFaults?: boolean;
  readonly autoFocus?: boolean;
  readonly onFocusChange?: (focused: boolean) => void;
  readonly className?: string;
  readonly 'data-testid'?: string;
}

const CodeEditor = lazy(() => import('./code-editor.tsx').catch(() => import('./plain-editor.tsx')));

/** See the top of the file. */
export function ExpressionEditor({ className, ...props }: ExpressionEditorProps) {
  const id = useId();
  const { faults = [], saysFaults = true } = props;
  const describedBy = `${id}-keys ${id}-faults`;
  return (
    <div className={cn('grid min-w-0 gap-1', className)}>
      <div
        data-testid={props['data-testid']}
        className={cn(
          'min-h-9 min-w-0 rounded-md border bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent',
          faults.length > 0 ? 'border-bad' : 'border-line-strong',
        )}
      >
        <Suspense fallback={<Waiting {...props} />}>
          <CodeEditor {...props} describedBy={describedBy} />
        </Suspense>
      </div>
      <span id={`${id}-keys`} className="sr-only">
        {t(
          'Tab leaves the editor. Control and Space offer names and functions, Escape closes them. F8 leads to the next fault.',
        )}
      </span>
      <span id={`${id}-faults`} className={cn('text-xs text-bad', !saysFaults && 'sr-only')}>
        {faults.map(({ message }) => message).join(' ')}
      </span>
    </div>
  );
}

function Waiting({ label, value }: ExpressionEditorProps) {
  return (
    <textarea
      aria-label={label}
      value={value}
      readOnly
      rows={1}
      className="block w-full resize-none bg-transparent px-3 py-2 font-mono text-xs leading-[1.5] outline-none"
    />
  );
}
