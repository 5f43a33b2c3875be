import { checkPositive } from '../checks/numbers';

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
export function checkAnchorShapes(caller: string, anchors: readonly AnchorShape[]): void {
  for (const shape of anchors) {
    if (shape.length !== 2) throw new Error(`${caller}: expected anchors [width, height], got [${shape}]`);
    for (const side of shape) checkPositive(caller, 'sides of anchors', side);
  }
  checkSidesInPixels(caller, 'anchors', anchors.flat());
}
