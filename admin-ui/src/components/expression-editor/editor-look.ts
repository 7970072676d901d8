import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The console's own colours, so that the editor follows light and dark by itself. */
export const editorLook = [
  EditorView.theme({
    '&': { fontSize: '0.75rem', backgroundColor: 'transparent', color: 'var(--ink)' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': {
      fontFamily: 'var(--font-mono)',
      lineHeight: '1.5',
      maxHeight: '28rem',
      overflow: 'auto',
    },
    '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--ink)' },
    '.cm-line': { padding: '0 0.75rem' },
    '.cm-placeholder': { color: 'var(--quiet)' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'var(--accent-soft)',
    },
    '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: 'none' },
    '.cm-lintRange-error': {
      backgroundImage: 'none',
      textDecoration: 'underline wavy var(--bad)',
      textUnderlineOffset: '3px',
    },
    // In a dialog everything outside of it takes no pointer; what the editor offers is of the dialog.
    '.cm-tooltip': {
      pointerEvents: 'auto',
      zIndex: '60',
      border: '1px solid var(--line)',
      borderRadius: '0.375rem',
      backgroundColor: 'var(--surface)',
      color: 'var(--ink)',
      boxShadow: '0 8px 24px rgb(0 0 0 / 0.18)',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': {
      fontFamily: 'var(--font-mono)',
      fontSize: '0.75rem',
      maxHeight: '16rem',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.25rem 0.5rem' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      backgroundColor: 'var(--accent)',
      color: 'var(--accent-ink)',
    },
    'li[aria-selected] .cm-completionDetail': { color: 'var(--accent-ink)' },
    '.cm-completionDetail': { color: 'var(--quiet)', fontStyle: 'normal', marginLeft: '0.75rem' },
    '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
    '.cm-tooltip.cm-completionInfo': { padding: '0.5rem 0.75rem', maxWidth: '20rem', fontSize: '0.75rem' },
    '.cm-diagnostic': { padding: '0.375rem 0.75rem', fontSize: '0.75rem', borderLeft: 'none' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
      { tag: tags.atom, color: 'var(--info)' },
      { tag: tags.number, color: 'var(--info)' },
      { tag: tags.string, color: 'var(--good)' },
      { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
      { tag: tags.meta, color: 'var(--warn)' },
      { tag: tags.function(tags.variableName), color: 'var(--accent)' },
      { tag: tags.operator, color: 'var(--quiet)' },
    ]),
  ),
];
