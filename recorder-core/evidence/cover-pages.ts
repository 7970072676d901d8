/** Pages of text in the embedded DejaVu fonts, each with the mark of the recipient across it. The same input gives the same bytes. */
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { oneLine } from './bundle-readme.ts';
import { codePointSign } from './code-point-sign.ts';

const require = createRequire(import.meta.url);
const FONTS = {
  plain: 'DejaVuSansCondensed',
  bold: 'DejaVuSansCondensed-Bold',
  mono: 'DejaVuSansMono',
} as const;
const MARGIN = 56;
const INK = '#1b1f24';
const GREY = '#57606a';
const MARK = '#d8dee4';

/** What the pages are about and whose copy they are. */
export interface PageSettings {
  readonly title: string;
  readonly at: Date;
  /** Both stand across every page and at its foot. */
  readonly mark: string;
  readonly copyFor: string;
}

/** What of a font is asked; pdfkit keeps it to itself. */
interface FontFile {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

/** Writes from top to bottom and goes on to the next page by itself. */
export class CoverPages {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #settings: PageSettings;
  #page = 0;

  constructor(settings: PageSettings) {
    this.#settings = settings;
    const { title, at } = settings;
    this.#pdf = new PDFDocument({
      size: 'A4',
      margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + 20 },
      lang: 'en',
      displayTitle: true,
      autoFirstPage: false,
      info: { Title: title, Creator: 'Holdfast', Producer: 'Holdfast', CreationDate: at, ModDate: at },
    });
    for (const [name, file] of Object.entries(FONTS)) {
      this.#pdf.registerFont(name, require.resolve(`dejavu-fonts-ttf/ttf/${file}.ttf`));
    }
    this.#pdf.on('pageAdded', () => {
      this.#markPage();
    });
    this.#pdf.addPage();
  }

  title(text: string): void {
    this.#write('bold', 20, INK, text);
    this.#pdf.moveDown(0.4);
  }

  heading(text: string): void {
    this.#room(90);
    this.#pdf.moveDown(0.9);
    this.#write('bold', 12, INK, text);
    this.#pdf.moveDown(0.25);
  }

  paragraph(text: string): void {
    this.#write('plain', 9.5, INK, text);
    this.#pdf.moveDown(0.35);
  }

  /** A name and what it stands for, side by side. */
  fact(name: string, value: string): void {
    this.#room(30);
    const { y } = this.#pdf;
    const page = this.#pdf.page;
    this.#write('plain', 9.5, GREY, name, { width: 110 });
    const after = this.#pdf.page === page ? this.#pdf.y : y;
    this.#pdf.y = this.#pdf.page === page ? y : this.#pdf.y;
    this.#pdf.x = MARGIN + 120;
    this.#write('plain', 9.5, INK, value);
    this.#pdf.x = MARGIN;
    this.#pdf.y = Math.max(this.#pdf.y, after) + 2;
  }

  /** A block that stays together: a line in bold, lines below it, and digests in a font of one width. */
  block(head: string, lines: readonly string[], digests: readonly string[] = []): void {
    this.#room(18 + 13 * lines.length + 11 * digests.length);
    this.#write('bold', 9.5, INK, head);
    for (const line of lines) this.#write('plain', 9, INK, line);
    for (const digest of digests) this.#write('mono', 7, GREY, digest);
    this.#pdf.moveDown(0.5);
  }

  /** Ends the document and answers its bytes. */
  async finish(): Promise<Buffer> {
    this.#pdf.end();
    return Buffer.concat(await Array.fromAsync(this.#pdf as AsyncIterable<Buffer>));
  }

  #write(font: keyof typeof FONTS, size: number, colour: string, text: string, options: object = {}): void {
    this.#pdf.font(font).fontSize(size).fillColor(colour);
    this.#pdf.text(this.#printable(oneLine(text)), { lineGap: 1.5, ...options });
  }

  /** DejaVu has the alphabets of Europe, Arabic, Hebrew and more, and no Chinese or Thai: such a character is written as its number. */
  #printable(text: string): string {
    const { font } = (this.#pdf as unknown as { _font: { font: FontFile } })._font;
    return [...text]
      .map((one) => (font.hasGlyphForCodePoint(one.codePointAt(0) ?? 0) ? one : codePointSign(one)))
      .join('');
  }

  #room(height: number): void {
    if (this.#pdf.y + height > this.#pdf.page.maxY()) this.#pdf.addPage();
  }

  /** One line over the middle of the page, as large as it fits and at most of `size`. */
  #across(text: string, size: number, y: number): void {
    const pdf = this.#pdf;
    pdf.font('bold').fontSize(size).fillColor(MARK);
    const line = this.#printable(shorten(oneLine(text), 80));
    const room = pdf.page.width + 60;
    pdf.fontSize(Math.min(size, (size * room) / Math.max(1, pdf.widthOfString(line))));
    pdf.text(line, (pdf.page.width - pdf.widthOfString(line)) / 2, y, { lineBreak: false });
  }

  /** As much of the beginning of a line as has room, in the font that is set. */
  #fitting(line: string, room: number): string {
    let most = Math.min([...line].length, 200);
    while (most > 1 && this.#pdf.widthOfString(shorten(line, most)) > room) most -= 1;
    return shorten(line, most);
  }

  #markPage(): void {
    this.#page += 1;
    const pdf = this.#pdf;
    const { mark, copyFor, title } = this.#settings;
    const { width, height } = pdf.page;
    // At the foot text would be carried to a new page, which would be marked, and so on.
    const { bottom } = pdf.page.margins;
    pdf.page.margins.bottom = 0;
    pdf.save().rotate(-52, { origin: [width / 2, height / 2] });
    this.#across(this.#settings.mark, 34, height / 2 - 40);
    this.#across(this.#settings.copyFor, 17, height / 2 + 8);
    pdf.restore();
    pdf.font('plain').fontSize(7.5).fillColor(GREY);
    const foot = this.#printable(oneLine(`Page ${this.#page} · ${title} · ${copyFor} · ${mark}`));
    pdf.text(this.#fitting(foot, width - 2 * MARGIN), MARGIN, height - 40, { lineBreak: false });
    pdf.page.margins.bottom = bottom;
    pdf.x = MARGIN;
    pdf.y = MARGIN;
  }
}

function shorten(text: string, most: number): string {
  const signs = [...text];
  return signs.length <= most ? text : `${signs.slice(0, most - 1).join('')}…`;
}
