import qrcode from 'qrcode-generator';

/** A code as squares: how many there are in a row, and a path over the dark ones, for an SVG of that size. */
export interface QrCode {
  readonly size: number;
  readonly path: string;
}

/** Light squares around the code, without which cameras do not find it (ISO/IEC 18004). */
export const QUIET_ZONE = 4;

/** Makes the code of a text, so that a seventh of it may be unreadable. */
export function qrCodeOf(text: string): QrCode {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const side = code.getModuleCount();
  const places = Array.from({ length: side }, (_, place) => place);
  const squares = places.flatMap((row) =>
    places
      .filter((column) => code.isDark(row, column))
      .map((column) => `M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`),
  );
  return { size: side + 2 * QUIET_ZONE, path: squares.join('') };
}
