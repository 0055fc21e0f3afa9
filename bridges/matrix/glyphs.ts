/**
 * Letters and digits as strokes on a field 8 wide and 12 high, top left first: each point is two hexadecimal digits, x and y; strokes
 * are parted by spaces. Enough for an initial, without a font file.
 */
const strokes = new Map<string, string>(
  Object.entries({
    A: '0c408c 1878',
    B: '000c 006082846606 66888a6c0c',
    C: '826020020a2c6c8a',
    D: '000c5c8a825000',
    E: '80000c8c 0666',
    F: '80000c 0666',
    G: '826020020a2c6c8a8757',
    H: '000c 808c 0686',
    I: '404c 2060 2c6c',
    J: '808a6c2c0a',
    K: '000c 8007 348c',
    L: '000c8c',
    M: '0c0047808c',
    N: '0c008c80',
    O: '2060828a6c2c0a0220',
    P: '0c006082846606',
    Q: '2060828a6c2c0a0220 588c',
    R: '0c006082846606 468c',
    S: '82602002042666888a6c2c0a',
    T: '0080 404c',
    U: '000a2c6c8a80',
    V: '004c80',
    W: '002c446c80',
    X: '008c 800c',
    Y: '004580 454c',
    Z: '00800c8c',
    0: '2060828a6c2c0a0220',
    1: '22404c 2c6c',
    2: '02206082840c8c',
    3: '022060828466888a6c2c0a 4666',
    4: '6c600989',
    5: '80000565878a6c2c0a',
    6: '826020020a2c6c8a87652507',
    7: '00803c',
    8: '206082846626040220 26080a2c6c8a8866',
    9: '0a2c6c8a8260200205276785',
  }),
);

export const glyphWidth = 8;
export const glyphHeight = 12;

export interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** The lines of a letter or digit; none for what has no picture here. */
export function glyph(letter: string): readonly Segment[] {
  return (strokes.get(letter) ?? '').split(' ').flatMap(stroke => {
    const points = [...stroke.matchAll(/(.)(.)/g)].map(([, x = '0', y = '0']) => [parseInt(x, 16), parseInt(y, 16)]);
    return points.slice(1).map(([x2 = 0, y2 = 0], index) => {
      const [x1 = 0, y1 = 0] = points[index] ?? [];
      return { x1, y1, x2, y2 };
    });
  });
}
