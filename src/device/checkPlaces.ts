import type { PlanDescription } from '../plan/planDescription';
import { sizeOf } from '../shape/shape';
import { DeviceError } from './deviceError';

/** Numbers of an array that float32 tells apart by their place. */
const mostNumbers = 2 ** 24;

/** Thread numbers along an axis that float32 divides exactly: there is still room for the half that is added first. */
const mostDivided = 2 ** 23;

/**
 * For back ends on which gpu.js computes the places of numbers in float32.
 * @param backend as the error names it.
 * @throws DeviceError where a plan holds an array in which a place would be mistaken for another.
 */
export function checkPlaces(backend: string, { leafSizes, steps }: PlanDescription): void {
  const refuse = (got: number, where: string, most: number) => {
    const advice = 'Take smaller batches or images, or the back end webasm (with DETSEG_SIMD=on) or cpu.';
    throw new DeviceError(`${backend}: expected at most ${most} numbers in an array, got ${got} ${where}. ${advice}`);
  };
  for (const size of leafSizes) if (size > mostNumbers) refuse(size, 'in an input', mostNumbers);
  for (const { kernel, grid } of steps) {
    if (sizeOf(grid) > mostNumbers) refuse(sizeOf(grid), `as the result of ${kernel.name}`, mostNumbers);
    const longest = Math.max(...grid);
    if (longest > mostDivided && /Math\.floor/.test(kernel.toString()))
      refuse(longest, `along one axis of ${kernel.name}`, mostDivided);
  }
}
