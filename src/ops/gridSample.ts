import * as kernels from '../../kernels/gridSample';
import { checkTensors } from '../checks/arguments';
import { firstNonFinite } from '../checks/finite';
import { checkOptions, type OptionKinds } from '../checks/options';
import { show } from '../shape/shape';
import type { Shape } from '../shape/types';
import { withGradient } from '../tensor/autograd';
import { applyKernel, type Tensor, zeros } from '../tensor/tensor';
import { launchScatterAdd } from './gatherLaunches';
import { checkIndexed } from './indices';
import { reshape } from './reshape';

/** Settings of {@link gridSample}. */
export interface GridSampleOptions {
  /** Whether −1 and 1 mean the centers of the corner pixels (true), or the borders of the image (false, the default). */
  alignCorners?: boolean;
  /** What points outside the image read: `zeros` (the default), or the nearest pixel of its `border`. */
  padding?: 'zeros' | 'border';
}

const kinds: OptionKinds<GridSampleOptions> = { alignCorners: 'flag', padding: ['zeros', 'border'] };

/** Checks what {@link gridSample} is given; the result's shape. */
export function gridSampleShape(x: Shape, grid: Shape): number[] {
  if (x.length !== 4 || x[1] === 0 || x[2] === 0) {
    throw new Error(`gridSample: expected x [N, H, W, C] with pixels, got ${show(x)}`);
  }
  if (grid.length !== 4 || grid[3] !== 2 || grid[0] !== x[0]) {
    throw new Error(`gridSample: expected a grid [${x[0]}, H', W', 2] of points x, y, got ${show(grid)}`);
  }
  checkIndexed('gridSample', Math.max(x[0] * x[1] * x[2], 4 * grid[0] * grid[1] * grid[2]));
  return [...grid.slice(0, 3), x[3]];
}

/**
 * Reads images at any points, bilinearly (Jaderberg et al. 2015, Spatial transformer networks, section 3.3):
 * result[n, p, q] = Σ x[n, i, j] · max(0, 1 − |r − i|) · max(0, 1 − |c − j|), where the point (u, v) = grid[n, p, q] lies at
 * column c = ((u + 1) · W − 1) / 2 and row r = ((v + 1) · H − 1) / 2, with `alignCorners` at c = (u + 1) · (W − 1) / 2 and
 * r = (v + 1) · (H − 1) / 2. As PyTorch's `F.grid_sample`.
 *
 * Both have a gradient. That of x pauses for the host, which lists the points of each pixel.
 * @param x `[N, H, W, C]`. @param grid points x, y, −1 at the left and upper end of the image and 1 at the other: `[N, H', W', 2]`.
 * @returns `[N, H', W', C]`.
 * @throws on other shapes, on an unknown padding, where the points are known and one is not finite, and on more than 2²⁴ pixels, or
 * four times as many points.
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  checkTensors('gridSample', { x, grid });
  const { alignCorners = false, padding = 'zeros' } = checkOptions('gridSample', options, kinds);
  const shape = gridSampleShape(x.shape, grid.shape);
  const wrong = grid.value.data ? firstNonFinite(grid.value.data) : -1;
  if (wrong >= 0) {
    throw new Error(`gridSample: expected a grid of finite numbers, got ${grid.value.data![wrong]} at ${wrong}`);
  }
  const [batch, height, width, channels] = x.shape;
  const [, outHeight, outWidth] = shape;
  const points = batch * outHeight * outWidth;
  if (points * channels === 0) return zeros(shape);
  const constants = { height, width, channels, margin: padding === 'border' ? 0 : 1 };
  const imagePoints = outHeight * outWidth;
  const span = (cells: number) => (alignCorners ? cells - 1 : cells) / 2;
  const scalars = {
    spanX: span(width),
    spanY: span(height),
    middleX: (width - 1) / 2,
    middleY: (height - 1) / 2,
  };
  return withGradient(
    applyKernel(kernels.gridSample, {
      inputs: [x, grid],
      shape,
      grid: [channels, outWidth, batch * outHeight],
      constants: { ...constants, outHeight, outWidth },
      scalars,
    }),
    'gridSample',
    [x, grid],
    [
      // Each point hands its gradient back to the four pixels that it was read from, by the same weights; a pixel adds up what it gets.
      (g) => {
        const cells = applyKernel(kernels.gridSampleCells, {
          inputs: [grid],
          shape: [4, points],
          constants: { height, width, margin: constants.margin, imagePoints },
          scalars,
        });
        const shares = applyKernel(kernels.gridSampleSpread, {
          inputs: [g, grid],
          shape: [4, points, channels],
          constants,
          scalars,
        });
        const sums = launchScatterAdd(
          reshape(shares, [4 * points, channels]),
          reshape(cells, [4 * points]),
          0,
          batch * height * width,
        );
        return reshape(sums, x.shape);
      },
      // A point moves what it reads along the slopes of the map.
      (g) =>
        applyKernel(kernels.gridSampleSlopes, {
          inputs: [x, grid, g],
          shape: grid.shape,
          grid: [2, points],
          constants: { ...constants, imagePoints },
          scalars,
        }),
    ],
  );
}
