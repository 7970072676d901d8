import { useEffect, useRef } from 'react';
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type Completion,
  type CompletionSource,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, drawSelection, keymap, placeholder, tooltips } from '@codemirror/view';
import { editorLook } from './editor-look.ts';
import type { ExpressionEditorProps } from './expression-editor.tsx';
import { faultRange } from './fault-range.ts';
import { styleNonce } from '../style-nonce.ts';
import { streamLanguageOf } from './stream-language-of.ts';
import type { Suggestion } from './suggestion.ts';

type CodeEditorProps = ExpressionEditorProps & { readonly describedBy: string };

/** The editor itself; loaded when the first expression is shown. The view lives as long as the place it stands in. */
export default function CodeEditor(props: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  const changing = useRef(new Compartment());
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (place.current === null) return undefined;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [...extensionsFor(latest), changing.current.of(attributesOf(latest.current))],
      }),
    });
    view.current = made;
    if (latest.current.autoFocus === true) made.focus();
    return () => {
      made.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const made = view.current;
    if (made === null) return;
    // What was typed is there already; only what comes from elsewhere is written into the view.
    if (made.state.doc.toString() !== props.value)
      made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: props.value } });
    made.dispatch({ effects: changing.current.reconfigure(attributesOf(props)) });
    made.dispatch(
      setDiagnostics(
        made.state,
        (props.faults ?? []).map((fault) => ({
          ...faultRange(props.value, fault),
          severity: 'error',
          message: fault.message,
        })),
      ),
    );
  }, [props]);

  return <div ref={place} />;
}

function extensionsFor(latest: { readonly current: CodeEditorProps }): Extension[] {
  const source: CompletionSource = ({ state, pos, explicit }) => {
    const offered = latest.current.suggest?.(state.doc.toString(), pos);
    if (offered === undefined || offered === null || offered.options.length === 0) return null;
    const last = state.sliceDoc(pos - 1, pos);
    // Without a wish nothing is offered before the first letter, but for what follows a dot.
    if (!explicit && offered.from === pos && last !== '.') return null;
    return { from: offered.from, options: offered.options.map(completionOf), validFor: /^\w*$/ };
  };
  return [
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ override: [source], icons: false }),
    // Tab is bound to nothing: it leaves the editor, as everywhere else on the page.
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...lintKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    streamLanguageOf(latest.current.language),
    EditorView.lineWrapping,
    tooltips({ position: 'fixed', parent: document.body }),
    EditorView.updateListener.of((update) => {
      const text = update.state.doc.toString();
      if (update.docChanged && text !== latest.current.value) latest.current.onValue(text);
      if (update.focusChanged) latest.current.onFocusChange?.(update.view.hasFocus);
    }),
    EditorView.cspNonce.of(styleNonce()),
    ...editorLook,
  ];
}

/** What may change while the editor stands: who it says it is, and whether it may be written in. */
function attributesOf(props: CodeEditorProps): Extension {
  const { label, describedBy, faults = [], readOnly = false, hint } = props;
  return [
    EditorState.readOnly.of(readOnly),
    placeholder(hint ?? ''),
    EditorView.contentAttributes.of({
      'aria-label': label,
      // Content that can be edited has the focus anyway; whoever scrolls a long text by keys is told so.
      tabindex: '0',
      'aria-describedby': describedBy,
      'aria-invalid': String(faults.length > 0),
      ...(readOnly ? { 'aria-readonly': 'true' } : {}),
      autocapitalize: 'off',
      autocorrect: 'off',
      spellcheck: 'false',
    }),
  ];
}

function completionOf({ label, detail, about, kind, insert, caretBack = 0 }: Suggestion): Completion {
  return {
    label,
    boost: kind === 'function' ? 0 : 1,
    type: kind === 'word' ? 'keyword' : kind === 'field' ? 'property' : 'function',
    ...(detail === undefined ? {} : { detail }),
    ...(about === undefined ? {} : { info: about }),
    ...(insert === undefined
      ? {}
      : {
          apply: (view: EditorView, _completion: Completion, from: number, to: number) => {
            view.dispatch({
              changes: { from, to, insert },
              selection: { anchor: from + insert.length - caretBack },
              userEvent: 'input.complete',
            });
          },
        }),
  };
}
