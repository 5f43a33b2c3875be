import { checkList } from '../checks/arguments';
import { checkPositive } from '../checks/numbers';
import { shown } from '../checks/shown';

/** Width and height of an anchor box, px. */
export type AnchorShape = readonly [width: number, height: number];

/**
 * @throws where every side is below 1 px: such anchors are shares of the image or numbers of cells, as some papers write them, and
 * would train in silence to nothing.
 */
export function checkSidesInPixels(caller: string, name: string, sides: readonly number[]): void {
  if (sides.length > 0 && sides.every((side) => side < 1)) {
    throw new Error(
      `${caller}: expected ${name} in px, got none of 1 px or more. Are these shares of the image? Multiply them by its size`,
    );
  }
}

/** Throws unless every anchor has a width and a height above 0. */
export function checkAnchorShapes(caller: string, anchors: readonly AnchorShape[], name = 'anchors'): void {
  checkList(caller, name, anchors, 'widths and heights');
  for (const shape of anchors) {
    if (!Array.isArray(shape) || shape.length !== 2) {
      throw new Error(`${caller}: expected ${name} [width, height], got ${shown(shape)}`);
    }
    for (const side of shape) checkPositive(caller, `sides of ${name}`, side);
  }
  checkSidesInPixels(caller, name, anchors.flat());
}
