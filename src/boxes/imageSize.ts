import { checkPositive } from '../checks/numbers';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import type { ImageSize } from '../shape/types';

/** Throws unless a value is the size of an image: `{ height, width }`, both above 0. */
export function checkImageSize(caller: string, name: string, size: ImageSize): void {
  if (!isRecord(size)) throw new Error(`${caller}: expected ${name} as { height, width }, got ${shown(size)}`);
  checkPositive(caller, `${name}.height`, size.height);
  checkPositive(caller, `${name}.width`, size.width);
}
