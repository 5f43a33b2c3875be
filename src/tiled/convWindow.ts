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

/** The constants of a convolution's step; their window lies over an image without a border. Null where one is missing. */
export function convWindowOf({ constants }: PlanStep): (ConvWindow & { padY: number; padX: number }) | null {
  if (names.some((name) => constants[name] === undefined)) return null;
  return constants as unknown as ConvWindow & { padY: number; padX: number };
}
