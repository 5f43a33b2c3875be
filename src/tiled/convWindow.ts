import type { PlanStep } from '../plan/planDescription';

/** A convolution over an image that holds its own border of zeros, so that no guard is needed. */
export interface ConvWindow {
  batch: number;
  height: number;
  width: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideY: number;
  strideX: number;
  dilationY: number;
  dilationX: number;
}

/** The constants that the rules need. The plain kernels do without some of them, so a step recorded by hand may lack them. */
const names = [
  ...['batch', 'height', 'width', 'inChannels', 'outHeight', 'outWidth', 'outChannels', 'kernelHeight', 'kernelWidth'],
  ...['strideY', 'strideX', 'padY', 'padX', 'dilationY', 'dilationX'],
];

/** A convolution over an image without a border, whose windows begin `pad` cells before it. */
export type BareWindow = ConvWindow & { padY: number; padX: number };

/** The constants of a convolution's step; null where one is missing. */
export function convWindowOf({ constants }: PlanStep): BareWindow | null {
  if (names.some((name) => constants[name] === undefined)) return null;
  return constants as unknown as BareWindow;
}

/** The border that the windows reach over, `[vertical, horizontal]` on both sides, and the size of the image with it. */
export function borderOf({ height, width, outHeight, outWidth, padY, padX, ...window }: BareWindow) {
  const { kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX } = window;
  const lastRow = (outHeight - 1) * strideY + (kernelHeight - 1) * dilationY - padY;
  const lastColumn = (outWidth - 1) * strideX + (kernelWidth - 1) * dilationX - padX;
  const before: [number, number] = [padY, padX];
  const after: [number, number] = [Math.max(0, lastRow + 1 - height), Math.max(0, lastColumn + 1 - width)];
  return { before, after, paddedHeight: height + padY + after[0], paddedWidth: width + padX + after[1] };
}
