import type { ExpressionEditorProps } from './expression-editor.tsx';

/** A box to type in, where the editor could not be loaded. */
export default function PlainEditor({
  label,
  value,
  onValue,
  readOnly = false,
  describedBy,
}: ExpressionEditorProps & { readonly describedBy: string }) {
  return (
    <textarea
      aria-label={label}
      aria-describedby={describedBy}
      value={value}
      readOnly={readOnly}
      rows={Math.min(20, value.split('\n').length)}
      spellCheck={false}
      className="block w-full resize-y bg-transparent px-3 py-2 font-mono text-xs leading-[1.5] outline-none"
      onChange={(event) => {
        onValue(event.target.value);
      }}
    />
  );
}
