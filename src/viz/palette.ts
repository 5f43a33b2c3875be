/**
 * Ten colors for lines, boxes and labels. Each has a contrast of at least 3 : 1 with white and with #111111 (WCAG 2.2, 1.4.11), and
 * any two stay apart for readers with protanopia, deuteranopia and tritanopia (simulated after Machado et al. 2009).
 */
export const palette: readonly string[] = [
  '#0a91ff',
  '#fe4615',
  '#189b49',
  '#9329c2',
  '#bd8596',
  '#116a88',
  '#d655cf',
  '#9b4a01',
  '#2c4bff',
  '#bc0e68',
];

/**
 * The color of an index as bytes `[red, green, blue]`: {@link palette}, then the same half way to white, then half way to black, and
 * so on again.
 */
export function paletteColor(index: number): [number, number, number] {
  const hex = Number.parseInt(palette[index % palette.length].slice(1), 16);
  const mixed = [undefined, 255, 0][Math.floor(index / palette.length) % 3];
  return [hex >> 16, (hex >> 8) & 255, hex & 255].map((byte) =>
    mixed === undefined ? byte : Math.round((byte + mixed) / 2),
  ) as [number, number, number];
}

/** The same as text for Plotly, `rgb(10, 145, 255)`. */
export function cssColor(index: number): string {
  return `rgb(${paletteColor(index).join(', ')})`;
}

/** Classes whose colors have a meaning, the same in every figure: sky is blue, grass is green, ground is brown. */
const colorsByName: Readonly<Record<string, number>> = {
  sky: 0,
  grass: 2,
  ground: 7,
  water: 8,
  road: 4,
  circle: 3,
  rectangle: 1,
  triangle: 5,
  star: 9,
};

/**
 * The color of each class as an index of the palette: that of its name, if the name has one, else that of its label, or the next one
 * that no other class of these has.
 */
export function classColors(names: readonly string[]): (label: number) => number {
  const own = names.map((name) => (Object.hasOwn(colorsByName, name) ? colorsByName[name] : undefined));
  if (own.every((index) => index === undefined)) return (label) => label;
  const taken = new Set(own);
  let next = 0;
  const indices = own.map((index, label) => {
    if (index !== undefined) return index;
    if (!taken.has(label)) {
      taken.add(label);
      return label;
    }
    while (taken.has(next)) next++;
    taken.add(next);
    return next;
  });
  return (label) => indices[label] ?? label;
}
