import { RE2JS } from 're2js';

/** What JSONata asks of a regular expression, in time that is linear in the text. Look-around and back-references are refused. */
export class LinearRegExp {
  lastIndex = 0;
  readonly #pattern: RE2JS;

  constructor({ source, flags }: RegExp) {
    if (source.length > 512) throw new Error('The pattern is longer than 512 characters.');
    this.#pattern = RE2JS.compile(
      source,
      (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0),
    );
  }

  /** The next match from `lastIndex` on, which then stands behind it; null and 0 when there is none. */
  exec(text: string): (string[] & { index: number }) | null {
    const matcher = this.#pattern.matcher(text);
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    this.lastIndex = matcher.end();
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? '');
    return Object.assign(groups, { index: matcher.start() });
  }
}
