import { glyph, glyphHeight, glyphWidth, type Segment } from './glyphs.ts';
import { encodePng } from './png.ts';

const size = 192;
const letterHeight = 84;
const strokeWidth = 13;

/** A disc in the agent's colour with its initial, as PNG. Pure: the same name and colour give the same bytes. */
export function drawAvatar(name: string, colour: string): Uint8Array {
  const ground = rgbOf(colour);
  const ink = isLight(ground) ? [32, 32, 40] : [255, 255, 255];
  const pixels = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const alpha = coverage(size / 2 - Math.hypot(x + 0.5 - size / 2, y + 0.5 - size / 2));
      pixels.set([...ground, Math.round(alpha * 255)], (y * size + x) * 4);
    }
  }
  const lines = placed(glyph(initialOf(name)));
  if (lines.length > 0) drawLetter(pixels, lines, { ground, ink });
  return encodePng(size, pixels);
}

/** Only the middle is looked at: the rest of the disc has no line near. */
function drawLetter(pixels: Uint8Array, lines: readonly Segment[], { ground, ink }: Colours): void {
  const first = Math.floor((size - letterHeight - strokeWidth) / 2) - 1;
  for (let y = first; y < size - first; y += 1) {
    for (let x = first; x < size - first; x += 1) {
      const share = coverage(strokeWidth / 2 - nearest(lines, x + 0.5, y + 0.5));
      if (share === 0) continue;
      for (const [index, value] of ground.entries()) {
        pixels[(y * size + x) * 4 + index] = Math.round(value + ((ink[index] ?? 0) - value) * share);
      }
    }
  }
}

interface Colours {
  readonly ground: readonly number[];
  readonly ink: readonly number[];
}

/** `Émile` and `émile` both have an E. */
export function initialOf(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z0-9]/g, '')
    .charAt(0)
    .toUpperCase();
}

function placed(segments: readonly Segment[]): Segment[] {
  const scale = letterHeight / glyphHeight;
  const left = (size - glyphWidth * scale) / 2;
  const top = (size - letterHeight) / 2;
  return segments.map(({ x1, y1, x2, y2 }) => ({
    x1: left + x1 * scale,
    y1: top + y1 * scale,
    x2: left + x2 * scale,
    y2: top + y2 * scale,
  }));
}

/** The distance from a point to the nearest line. */
function nearest(lines: readonly Segment[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const line of lines) least = Math.min(least, distance(line, x, y));
  return least;
}

function distance({ x1, y1, x2, y2 }: Segment, x: number, y: number): number {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
  return Math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1));
}

/** How much of a pixel lies inside, by its distance from the edge: soft edges. */
function coverage(inside: number): number {
  return Math.max(0, Math.min(1, inside + 0.5));
}

function rgbOf(colour: string): readonly number[] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  return hex === null ? [110, 110, 120] : hex.slice(1).map(part => parseInt(part, 16));
}

function isLight([red = 0, green = 0, blue = 0]: readonly number[]): boolean {
  return red * 0.299 + green * 0.587 + blue * 0.114 > 165;
}
