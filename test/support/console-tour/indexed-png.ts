import { crc32, deflateSync } from 'node:zlib';
import { readPng, type Pixels } from './png-pixels.ts';

const COLOURS = 256;
/** Colours that fill areas are kept as they are; the rest, the edges of letters, share what is left. */
const EXACT = 160;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The same picture with 256 colours at most: a third of the size, and for a screen no visible difference. */
export function toIndexedPng(file: Buffer): Buffer {
  const pixels = readPng(file);
  const { palette, indexOf } = paletteOf(pixels);
  const { width, height, rgb } = pixels;
  const lines = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1)
      lines[row * (width + 1) + 1 + column] = indexOf(colourAt(rgb, row * width + column));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => channelsOf(colour)));
  const data = deflateSync(lines, { level: 9, memLevel: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function paletteOf({ rgb }: Pixels): { palette: number[]; indexOf: (colour: number) => number } {
  const uses = new Map<number, number>();
  for (let pixel = 0; pixel < rgb.length / 3; pixel += 1) {
    const colour = colourAt(rgb, pixel);
    uses.set(colour, (uses.get(colour) ?? 0) + 1);
  }
  const byUse = [...uses]
    .sort((one, other) => other[1] - one[1] || one[0] - other[0])
    .map(([colour]) => colour);
  const palette = byUse.slice(0, EXACT);
  const coarse = (colour: number): number =>
    channelsOf(colour).reduce((sum, channel) => sum * 32 + (channel >> 3), 0);
  const taken = new Set(palette.map(coarse));
  for (const colour of byUse.slice(EXACT)) {
    if (palette.length === COLOURS) break;
    if (taken.has(coarse(colour))) continue;
    taken.add(coarse(colour));
    palette.push(colour);
  }
  const known = new Map(palette.map((colour, index) => [colour, index]));
  const indexOf = (colour: number): number => {
    const found = known.get(colour) ?? nearest(palette, colour);
    known.set(colour, found);
    return found;
  };
  return { palette, indexOf };
}

function nearest(palette: readonly number[], colour: number): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour);
  let [best, least] = [0, Infinity];
  for (const [index, each] of palette.entries()) {
    const [r = 0, g = 0, b = 0] = channelsOf(each);
    const distance = 3 * (r - red) ** 2 + 6 * (g - green) ** 2 + (b - blue) ** 2;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function colourAt(rgb: Uint8Array, pixel: number): number {
  return ((rgb[pixel * 3] ?? 0) << 16) | ((rgb[pixel * 3 + 1] ?? 0) << 8) | (rgb[pixel * 3 + 2] ?? 0);
}

function channelsOf(colour: number): number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
