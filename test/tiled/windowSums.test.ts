import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { add, type Conv2dOptions, conv2d, matmul, relu6 } from '../../src/index';
import { loweredSteps } from '../support/loweredKernels';
import { compareBackEnds, draw } from '../support/plainAndTiled';
import { createNumbers } from '../support/randomTensor';

const test = suite('tiled/windowSums');

/** Sums of a thousand numbers, which webasm adds in float32; a number from the wrong place makes all the difference. */
const tolerance = 1e-4;

interface Case extends Conv2dOptions {
  /** `[N, H, W, Cin]`. */
  x: number[];
  /** `[kh, kw]`. */
  window: number[];
  channels: number;
  /** Axes of the grid: rows of a tile each, all cells in a row, or panels. */
  walk: 'rows' | 'cells' | 'panels';
}

const cases: Case[] = [
  { x: [2, 8, 16, 8], window: [3, 3], channels: 16, padding: 1, walk: 'rows' },
  { x: [1, 12, 12, 8], window: [1, 1], channels: 16, walk: 'rows' },
  // No tile divides these rows: 19 and 13 pixels, several images, a tile that is not full at the end.
  { x: [1, 19, 19, 8], window: [3, 3], channels: 16, padding: 1, walk: 'cells' },
  { x: [3, 5, 13, 4], window: [3, 3], channels: 24, padding: 1, walk: 'cells' },
  { x: [2, 7, 19, 4], window: [3, 2], channels: 8, stride: [2, 1], dilation: [1, 2], walk: 'cells' },
  { x: [1, 19, 19, 8], window: [1, 1], channels: 20, walk: 'cells' },
  { x: [1, 21, 25, 4], window: [1, 1], channels: 8, stride: 2, walk: 'cells' },
  // Large filters: whole rows of cells, rows that no tile divides, and windows of one pixel.
  { x: [1, 6, 6, 64], window: [3, 3], channels: 256, padding: 1, walk: 'panels' },
  { x: [2, 7, 7, 64], window: [3, 3], channels: 240, padding: 1, walk: 'panels' },
  { x: [1, 11, 11, 64], window: [3, 3], channels: 256, padding: 1, stride: 2, walk: 'panels' },
  { x: [1, 10, 10, 512], window: [1, 1], channels: 260, walk: 'panels' },
  { x: [1, 7, 7, 512], window: [1, 1], channels: 288, walk: 'panels' },
  // Few cells are not worth the panels.
  { x: [1, 11, 1, 512], window: [1, 1], channels: 288, walk: 'cells' },
];

const buildOf =
  ({ x: shape, window, channels, walk, ...options }: Case) =>
  () => {
    const [x, w, bias] = [draw(1, ...shape), draw(2, ...window, shape[3], channels), draw(3, channels)];
    return { inputs: [x, w, bias], output: conv2d(x, w, { ...options, bias }) };
  };

for (const entry of cases) {
  test(`${entry.walk}: agrees with the plain kernels, and so do its gradients: ${JSON.stringify(entry)}`, async () => {
    const build = buildOf(entry);
    const difference = await compareBackEnds(build);
    assert.ok(difference < tolerance, `relative difference ${difference}`);
    const steps = await loweredSteps(() => [build().output]);
    const { grid, constants } = steps.find(({ kernel }) => kernel.name === 'conv2dTiled')!;
    const walk = constants.TILE_DEEP === 1 ? 'panels' : grid.length === 2 ? 'cells' : 'rows';
    assert.is(walk, entry.walk);
    assert.is(
      steps.some(({ kernel }) => kernel.name === 'packPanels'),
      walk === 'panels',
    );
  });
}

test('what follows joins the sums however they walk', async () => {
  for (const entry of cases) {
    const build = () => {
      const { inputs, output } = buildOf(entry)();
      const other = draw(4, ...output.shape);
      return { inputs: [...inputs, other], output: relu6(add(output, other)) };
    };
    const difference = await compareBackEnds(build);
    assert.ok(difference < tolerance, `${JSON.stringify(entry)}: relative difference ${difference}`);
  }
});

test('any sizes and settings agree with the plain kernels', async () => {
  const next = createNumbers(11);
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  for (let round = 0; round < 40; round++) {
    const window = [between(1, 3), between(1, 3)];
    const dilation = [between(1, 2), between(1, 2)] as [number, number];
    const padding = [between(0, 2), between(0, 2)] as [number, number];
    const stride = [between(1, 2), between(1, 2)] as [number, number];
    const reach = window.map((taps, axis) => (taps - 1) * dilation[axis] + 1 - 2 * padding[axis]);
    const size = reach.map((least) => Math.max(1, least) + between(0, 20));
    // One case in four has filters that are laid out in panels.
    const isLarge = between(0, 3) === 0;
    const x = [between(1, 2), ...size, isLarge ? 256 : between(1, 12)];
    const channels = isLarge ? 4 * between(129, 160) : between(1, 40);
    const entry: Case = { x, window, stride, padding, dilation, channels, walk: 'rows' };
    if (isLarge) Object.assign(entry, { x: [1, ...size.map((length) => Math.min(length, 9)), 256] });
    const difference = await compareBackEnds(buildOf(entry));
    assert.ok(difference < tolerance, `${JSON.stringify(entry)}: relative difference ${difference}`);
  }
});

for (const [rows, length, columns] of [
  [40, 512, 320],
  [41, 384, 400],
  [19, 64, 24],
  [5, 640, 260],
]) {
  test(`products of ${rows} × ${length} and ${length} × ${columns} agree, transposed or not`, async () => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const difference = await compareBackEnds(() => {
          const a = transposeA ? draw(1, length, rows) : draw(1, rows, length);
          const b = transposeB ? draw(2, columns, length) : draw(2, length, columns);
          return { inputs: [a, b], output: matmul(a, b, { transposeA, transposeB }) };
        });
        assert.ok(difference < tolerance, `${transposeA}, ${transposeB}: relative difference ${difference}`);
      }
    }
  });
}

test.run();
