import type { Architecture } from '../models/architectures';
import type { ImageSize } from '../shape/types';

/** What the user wants of a model. */
export interface ModelWish {
  architecture: Architecture;
  size: ImageSize;
  letterbox: boolean;
  /** Factor on the numbers of channels. */
  width: number;
  /** Number of anchors; null lets the boxes decide. */
  anchors: number | null;
  /** Whether rare classes of pixels weigh more. */
  balance: boolean;
  /** Laid over what is chosen. */
  options: Record<string, unknown>;
}

/** A number held between two others. */
export const between = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));
