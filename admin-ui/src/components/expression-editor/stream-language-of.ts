import { StreamLanguage, type StringStream } from '@codemirror/language';
import type { Lexicon } from './lexicon.ts';

/** A highlighter made of a lexicon: words, numbers, texts and remarks, line by line. */
export function streamLanguageOf(lexicon: Lexicon): StreamLanguage<object> {
  const { keywords, values, quotes, remark, mark } = lexicon;
  return StreamLanguage.define<object>({
    name: lexicon.name,
    languageData: { closeBrackets: { brackets: ['(', '[', '{', ...quotes] } },
    startState: () => ({}),
    token(stream) {
      if (stream.eatSpace()) return null;
      if (stream.match(remark)) {
        stream.skipToEnd();
        return 'comment';
      }
      const quote = quotes.find((sign) => stream.match(sign));
      if (quote !== undefined) return skipText(stream, quote);
      if (mark !== undefined && stream.match(mark) && stream.match(/^\w+/)) return 'meta';
      if (stream.match(/^\d[\d.]*(?:e[+-]?\d+)?u?/i)) return 'number';
      const word = wordAt(stream);
      if (word === undefined) {
        stream.next();
        return 'operator';
      }
      if (values.includes(word)) return 'atom';
      if (keywords.includes(word)) return 'keyword';
      return stream.peek() === '(' ? 'variableName.function' : 'variableName';
    },
  });
}

function wordAt(stream: StringStream): string | undefined {
  const found = stream.match(/^[A-Za-z_]\w*/);
  return found === true || found === false || found === null ? undefined : found[0];
}

function skipText(stream: StringStream, quote: string): string {
  let escaped = false;
  while (!stream.eol()) {
    const sign = stream.next();
    if (sign === quote && !escaped) break;
    escaped = sign === '\\' && !escaped;
  }
  return 'string';
}
