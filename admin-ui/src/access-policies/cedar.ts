import type { Lexicon } from '../components/expression-editor/lexicon.ts';
import type { EditorFault, Suggestions } from '../components/expression-editor/suggestion.ts';

/** The language of access policies (Cedar). */
export const CEDAR: Lexicon = {
  name: 'cedar',
  keywords: ['permit', 'forbid', 'when', 'unless', 'in', 'is', 'has', 'like', 'if', 'then', 'else'],
  values: ['true', 'false', 'principal', 'action', 'resource', 'context'],
  quotes: ['"'],
  remark: '//',
  mark: '@',
};

/** Examples, as JSON. */
export const EXAMPLES: Lexicon = {
  name: 'examples',
  keywords: [],
  values: ['true', 'false', 'null'],
  quotes: ['"'],
  remark: '//',
};

/** What a check found of one line, or of the text as a whole. */
export interface LineFault {
  readonly line: number | null;
  readonly message: string;
}

/** Faults by line as faults by place: the line without what it is indented by; a fault of the whole text is at its beginning. */
export function placeFaults(text: string, faults: readonly LineFault[]): EditorFault[] {
  const lines = text.split('\n');
  return faults.map(({ line, message }) => {
    const at = Math.min(Math.max((line ?? 1) - 1, 0), lines.length - 1);
    const start = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
    const content = lines[at] ?? '';
    const from = start + content.length - content.trimStart().length;
    return { from, to: start + content.trimEnd().length, message };
  });
}

const WORDS = [
  ...[...CEDAR.keywords, ...CEDAR.values].map((label) => ({ label, kind: 'word' as const })),
  ...['classification', 'department', 'region', 'restricted', 'held', 'source', 'startedAt'].map((label) => ({
    label,
    kind: 'field' as const,
    detail: 'resource',
  })),
  ...['purpose', 'means', 'country', 'stepUpAgeMs', 'recentPlays'].map((label) => ({
    label,
    kind: 'field' as const,
    detail: 'context',
  })),
];

/** Words that can stand at a place: after `Action::"` the acts, else what the language and its types know. */
export function suggestFor(acts: readonly string[]): (text: string, at: number) => Suggestions | null {
  return (text, at) => {
    const before = text.slice(0, at);
    const act = /Action::"([\w.-]*)$/.exec(before);
    if (act !== null)
      return {
        from: at - (act[1]?.length ?? 0),
        options: acts.map((label) => ({ label, kind: 'word' as const })),
      };
    const word = /\w*$/.exec(before)?.[0] ?? '';
    return { from: at - word.length, options: WORDS };
  };
}
