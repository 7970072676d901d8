import ts from 'typescript';

/** What one source file says to people. */
export interface FileTexts {
  /** Keys that a catalogue must have, in the order of the file. */
  readonly keys: readonly string[];
  /** Words that stand in the page without having passed through `t`, with their line. */
  readonly bare: readonly { readonly line: number; readonly text: string }[];
  /** Lines where the text is not written down, so that no catalogue can be held against it. */
  readonly unknown: readonly number[];
}

/** Attributes that a person reads or hears. */
const SPOKEN =
  /^(title|label|placeholder|alt|caption|detail|hint|summary|question|description|empty|action|aria-(label|description|roledescription|valuetext))$/;
/** What stands in these is typed or read by machines. */
const VERBATIM = new Set(['code', 'pre', 'kbd', 'samp']);
const WORD = /\p{L}{2,}/u;

/** Reads the texts of a TypeScript file. */
export function readTexts(name: string, source: string): FileTexts {
  const file = ts.createSourceFile(
    name,
    source,
    ts.ScriptTarget.Latest,
    true,
    name.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const keys: string[] = [];
  const bare: { line: number; text: string }[] = [];
  const unknown: number[] = [];
  const lineOf = (node: ts.Node) => {
    const start = ts.isJsxText(node)
      ? node.pos + (node.text.length - node.text.trimStart().length)
      : node.getStart(file);
    return file.getLineAndCharacterOfPosition(start).line + 1;
  };
  const take = (place: ts.Node, node: ts.Expression | undefined, endings: readonly string[]) => {
    const texts = node === undefined ? undefined : writtenTexts(node);
    if (texts === undefined) unknown.push(lineOf(place));
    else for (const text of texts) keys.push(...endings.map((ending) => text + ending));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      if (node.expression.text === 't') take(node, node.arguments[0], ['']);
      if (node.expression.text === 'plural')
        take(node, propertyOf(node.arguments[1], 'other'), ['_one', '_other']);
    }
    if (ts.isJsxElement(node) && VERBATIM.has(node.openingElement.tagName.getText(file))) return;
    if (ts.isJsxText(node) && WORD.test(node.text)) bare.push({ line: lineOf(node), text: node.text.trim() });
    if (ts.isJsxAttribute(node)) {
      const value = node.initializer;
      if (isRichText(node, file)) take(node, valueOf(value), ['']);
      else if (
        value !== undefined &&
        ts.isStringLiteral(value) &&
        SPOKEN.test(node.name.getText(file)) &&
        WORD.test(value.text)
      )
        bare.push({ line: lineOf(node), text: value.text });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { keys, bare, unknown };
}

function isRichText(attribute: ts.JsxAttribute, file: ts.SourceFile): boolean {
  const element = attribute.parent.parent;
  return attribute.name.getText(file) === 'text' && element.tagName.getText(file) === 'Rich';
}

function valueOf(value: ts.JsxAttributeValue | undefined): ts.Expression | undefined {
  return value !== undefined && ts.isJsxExpression(value) ? value.expression : value;
}

/** The literal, or both of a condition; undefined where something is computed. */
function writtenTexts(node: ts.Expression): string[] | undefined {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return writtenTexts(node.expression);
  if (!ts.isConditionalExpression(node)) return undefined;
  const [yes, no] = [writtenTexts(node.whenTrue), writtenTexts(node.whenFalse)];
  return yes === undefined || no === undefined ? undefined : [...yes, ...no];
}

function propertyOf(node: ts.Expression | undefined, name: string): ts.Expression | undefined {
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return undefined;
  const property = node.properties.find((entry) => entry.name?.getText() === name);
  return property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}
