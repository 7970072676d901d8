import { useCallback } from 'react';
import type { HrPreview } from '../api/directories.ts';
import { useMappingVocabulary } from '../api/connections.ts';
import { celSuggestions } from '../components/expression-editor/cel-suggestions.ts';
import { ExpressionEditor } from '../components/expression-editor/expression-editor.tsx';
import { CEL } from '../components/expression-editor/lexicon.ts';
import { namesOfSample } from '../connections/sample-values.ts';

interface HrExpressionProps {
  readonly label: string;
  /** Where the hub says what is wrong with it: `/mapping/person`. */
  readonly place: string;
  readonly value: string;
  readonly onValue: (text: string) => void;
  readonly fault: HrPreview['fault'];
  readonly message: unknown;
  readonly readOnly: boolean;
}

/** One expression of a mapping, with the names of the sample message to choose from. */
export function HrExpression({ label, place, value, onValue, fault, message, readOnly }: HrExpressionProps) {
  const functions = useMappingVocabulary('recording').data?.functions;
  const suggest = useCallback(
    (text: string, at: number) => {
      const fields = [...namesOfSample('body', message), ...namesOfSample('record', firstChange(message))];
      return celSuggestions({ fields, functions: functions ?? [] }, text, at);
    },
    [functions, message],
  );
  const own = fault?.field === place ? [{ from: fault.at ?? 0, message: fault.message }] : [];
  return (
    <ExpressionEditor
      label={label}
      language={CEL}
      value={value}
      onValue={onValue}
      readOnly={readOnly}
      suggest={suggest}
      faults={own}
    />
  );
}

/** The first change of a message that has a list of them, as the templates have it; else the message itself. */
function firstChange(message: unknown): unknown {
  const lists = Object.values(Object(message) as Record<string, unknown>).filter((one) => Array.isArray(one));
  return lists[0]?.[0] ?? message;
}
