import { isNdarray } from './isNdarray';
import { shown } from './shown';

/** Whether a shape is that of a layout: a number is that size, a letter any size, and the same size wherever it stands. */
function fits(shape: readonly number[], layout: string): boolean {
  const axes = layout.slice(1, -1).split(', ');
  if (shape.length !== axes.length) return false;
  const sizes = new Map<string, number>();
  return shape.every((size, i) => {
    const wanted = /^\d+$/.test(axes[i]) ? Number(axes[i]) : (sizes.get(axes[i]) ?? size);
    sizes.set(axes[i], size);
    return size === wanted;
  });
}

/** Throws unless a shape, of a tensor for instance, is in one of the layouts; see {@link checkArray}. */
export function checkLayout(
  caller: string,
  name: string,
  shape: readonly number[],
  ...layouts: readonly string[]
): void {
  if (layouts.some((layout) => fits(shape, layout))) return;
  throw new Error(`${caller}: expected ${name} ${layouts.join(' or ')}, got [${shape.join(', ')}]`);
}

/**
 * Throws unless an argument is an ndarray of numbers in one of the layouts, such as `[H, W, 3]` and `[H, W]`: a number stands for that
 * size, a letter for any, and for the same one wherever it stands in a layout.
 * @param name as it is read behind `expected`: `boxes`, `an image`.
 */
export function checkArray(caller: string, name: string, value: unknown, ...layouts: readonly string[]): void {
  const wanted = `${caller}: expected ${name} ${layouts.join(' or ')}`;
  if (!isNdarray(value) || !Array.isArray(value.shape)) {
    throw new Error(`${wanted}, an ndarray, got ${shown(value)}`);
  }
  checkLayout(caller, name, value.shape, ...layouts);
  if (/^big/.test(value.dtype)) throw new Error(`${wanted} of numbers, got ${value.dtype}`);
}
