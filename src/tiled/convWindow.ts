import type { PlanStep } from '../plan';

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

/** The constants of a convolution's step; their window lies over an image without a border. */
export function convWindowOf({ constants }: PlanStep): ConvWindow & { padY: number; padX: number } {
  return constants as unknown as ConvWindow & { padY: number; padX: number };
}
