import { resizeChannels } from './channels';
import type { BareWindow } from './convWindow';
import type { Lowering } from './rule';
import { declareTile, each, kernelFromSource, returnTile, wholeLanes } from './source';

/** Columns of a row that one round of the loop sums. */
const perRound = 4;

/** Columns whose windows lie inside the image: those before `first` and from `end` on reach over its border. */
function innerColumns({ width, outWidth, kernelWidth, strideX, dilationX, padX }: BareWindow) {
  const first = Math.min(outWidth, Math.ceil(padX / strideX));
  const end = Math.floor((width - 1 + padX - (kernelWidth - 1) * dilationX) / strideX) + 1;
  return { first, end: Math.max(first, Math.min(outWidth, end)) };
}

/**
 * The lines that add a few columns of a row to the sums of some rows of taps. `origin`: source of what to add to the numbers of columns;
 * `columns`, counted from there.
 */
function addColumns(
  window: BareWindow,
  tapRows: readonly number[],
  columns: readonly number[],
  origin: string,
): string {
  const { width, inChannels, outChannels, kernelWidth, strideX, dilationX, padX } = window;
  const gradients = columns.map((column) => {
    return `const g${column} = g[from + ${origin === '' ? '' : `${origin} * ${outChannels} + `}${column * outChannels}];`;
  });
  const places = new Map<number, string[]>();
  for (const column of columns) {
    for (let j = 0; j < kernelWidth; j++) {
      const place = column * strideX + j * dilationX - padX;
      if (origin === '' && (place < 0 || place >= width)) continue;
      places.set(place, [...(places.get(place) ?? []), `${j}|${column}`]);
    }
  }
  const sums = tapRows.flatMap((i) =>
    [...places].map(([place, uses], order) => {
      const number = `v${i}_${order}`;
      const shift = origin === '' ? '' : `${origin} * ${strideX * inChannels} + `;
      const lines = uses.map((use) => {
        const [j, column] = use.split('|').map(Number);
        return `s${i * kernelWidth + j}_0 += ${number} * g${column};`;
      });
      return `const ${number} = x[at${i} + ${shift}${place * inChannels}];\n${lines.join('\n')}`;
    }),
  );
  return `{\n${gradients.join('\n')}\n${sums.join('\n')}\n}`;
}

/** The lines that add a row of the gradient to the sums of some rows of taps. */
function addRow(window: BareWindow, tapRows: readonly number[]): string {
  const { first, end } = innerColumns(window);
  const rounds = Math.floor((end - first) / perRound);
  const list = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const single = (from: number, to: number) =>
    list(from, to).map((column) => addColumns(window, tapRows, [column], ''));
  const places = tapRows.map(
    (i) => `const at${i} = (n * ${window.height} + row${i}) * ${window.width * window.inChannels} + this.thread.x;`,
  );
  const loop = `for (let round = 0; round < ${rounds}; round++) {
const column = round * ${perRound};
${addColumns(window, tapRows, list(first, first + perRound), 'column')}
}`;
  const rest = first + rounds * perRound;
  return [...places, ...single(0, first), rounds > 0 ? loop : '', ...single(rest, window.outWidth)].join('\n');
}

/**
 * Emits the weight gradient of a convolution over each channel by itself: x `[batch, height, width, channels]` with the gradient of the
 * outputs. A call sums all taps of four channels over a block of image rows.
 * @returns the step that gives `[blocks, taps, channels]`.
 */
export function depthwiseWeightGradient(
  lowering: Lowering,
  x: number,
  upstream: number,
  window: BareWindow,
  blockRows: number,
): number | null {
  const { batch, height, width, outHeight, outWidth, outChannels, kernelHeight, kernelWidth } = window;
  const { strideY, dilationY, padY } = window;
  const taps = kernelHeight * kernelWidth;
  if (taps > 64) return null;
  const wide = wholeLanes(outChannels);
  const whole = { ...window, inChannels: wide, outChannels: wide };
  const rows = Array.from({ length: kernelHeight }, (_, i) => i);
  const apart = each(kernelHeight, (i) => {
    return `const row${i} = top + ${i * dilationY};\nif (row${i} >= 0 && row${i} < ${height}) {\n${addRow(whole, [i])}\n}`;
  });
  // Nine sums fit the registers; where all rows of taps lie inside the image, a number of the gradient is loaded once for them.
  const together =
    taps <= 9 && height > (kernelHeight - 1) * dilationY
      ? `if (top >= 0 && top < ${height - (kernelHeight - 1) * dilationY}) {
${each(kernelHeight, (i) => `const row${i} = top + ${i * dilationY};`)}
${addRow(whole, rows)}
} else {
${apart}
}`
      : apart;
  const tile = { quads: 1, rows: taps };
  const body = `
const block = Math.floor((this.thread.z + 0.5) / ${taps});
const n = Math.floor((block * ${blockRows} + 0.5) / ${outHeight});
${declareTile(tile)}
for (let line = 0; line < ${blockRows}; line++) {
const top = (block * ${blockRows} + line - n * ${outHeight}) * ${strideY} - ${padY};
const from = (block * ${blockRows} + line) * ${outWidth * wide} + this.thread.x;
${together}
}
${returnTile(tile)}`;
  const planes = ((batch * outHeight) / blockRows) * taps;
  const partial = lowering.emit({
    kernel: kernelFromSource('depthwiseWeightGradientTiled', ['x', 'g'], body),
    grid: [wide, 1, planes],
    constants: { TILE_X: 1, TILE_Y: 1, TILE_Z: taps },
    scalars: {},
    inputs: [
      resizeChannels(lowering, x, batch * height * width, outChannels, wide),
      resizeChannels(lowering, upstream, batch * outHeight * outWidth, outChannels, wide),
    ],
  });
  return resizeChannels(lowering, partial, planes, wide, outChannels);
}
