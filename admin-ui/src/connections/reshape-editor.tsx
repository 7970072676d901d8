import { useState } from 'react';
import { fieldPath } from '../api/field-error.ts';
import { ExpressionEditor } from '../components/expression-editor/expression-editor.tsx';
import type { Lexicon } from '../components/expression-editor/lexicon.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

/** JSONata, the language of reshapes. */
const JSONATA: Lexicon = {
  name: 'jsonata',
  keywords: ['and', 'or', 'in', 'function'],
  values: ['true', 'false', 'null'],
  quotes: ['"', "'", '`'],
  remark: '/*',
  mark: '$',
};

interface ReshapeEditorProps {
  readonly text: string;
  readonly readOnly: boolean;
  /** Why what is typed cannot be used. */
  readonly fault: string | undefined;
  readonly onText: (text: string) => void;
}

/** What is made of the record before the rows read it; folded away where there is none, for few connections need one. */
export function ReshapeEditor({ text, readOnly, fault, onText }: ReshapeEditorProps) {
  const [opened] = useState(text !== '');
  if (readOnly && text === '') return null;
  return (
    <details open={opened} className="text-sm" data-testid="reshape">
      <summary className="text-xs text-quiet">{t('Reshape the record first (JSONata)')}</summary>
      <div className="mt-2 grid gap-1.5">
        <p className="text-xs text-quiet">
          <Rich
            text="Its input is the record; a row reads its result as <c>shape</c>, such as <r>shape.who</r>."
            parts={{ c: <code />, r: <code /> }}
          />
        </p>
        <ExpressionEditor
          label={t('Reshape')}
          language={JSONATA}
          value={text}
          onValue={onText}
          readOnly={readOnly}
          faults={fault === undefined ? [] : [{ from: 0, to: text.length, message: fault }]}
        />
      </div>
    </details>
  );
}

/** What the hub says of the reshape that was tried, where it is that which cannot be used. */
export function reshapeFaultOf(error: unknown): string | undefined {
  const [place = ''] = fieldPath(error);
  return place.startsWith('reshape') && error instanceof Error ? error.message : undefined;
}
