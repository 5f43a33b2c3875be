import type { PlanStep } from '../plan/planDescription';
import { sizeOf } from '../shape/shape';

/**
 * Calls a kernel's function for one cell after the other: what gpu.js's plain JavaScript computes, but in one flat array. gpu.js makes an
 * array of each row, which takes more memory than there is where rows are many and short.
 */
export function launchPlainly({ kernel, grid, constants, scalars }: PlanStep, inputs: Float32Array[]): Float32Array {
  const [width, height = 1, depth = 1] = grid;
  const thread = { x: 0, y: 0, z: 0 };
  const result = new Float32Array(sizeOf(grid));
  const cell = kernel.bind({ thread, constants: { ...constants, ...scalars } });
  let index = 0;
  for (thread.z = 0; thread.z < depth; thread.z++) {
    for (thread.y = 0; thread.y < height; thread.y++) {
      for (thread.x = 0; thread.x < width; thread.x++) result[index++] = cell(...inputs);
    }
  }
  return result;
}
