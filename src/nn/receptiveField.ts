import ndarray, { type NdArray } from 'ndarray';
import { checkList, checkTensor } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { isRecord } from '../checks/record';
import { shown } from '../checks/shown';
import { sum } from '../ops/reduce';
import { slice } from '../ops/slice';
import { checkShape, show } from '../shape/shape';
import { gradients } from '../tensor/autograd';
import type { Random } from '../tensor/random';
import { tensor } from '../tensor/tensor';
import { Module } from './module';
import { checkLayer, type Layer } from './sequential';

/** A convolution or a pooling along one axis, as far as {@link receptiveField} is concerned. */
export interface ReceptiveLayer {
  /** Taps of the window. */
  size: number;
  /** Pixels from one window to the next (1). */
  stride?: number;
  /** Pixels from one tap to the next (1). */
  dilation?: number;
  /** Pixels that are added before the first one (0). */
  padding?: number;
}

/** What output i along an axis can see: pixels `start + i · jump` up to, not including, `start + i · jump + size`. */
export interface ReceptiveField {
  /** Pixels from the first to the last that an output can see. */
  size: number;
  /** Pixels of the input from one output to the next: the product of the strides. */
  jump: number;
  /** First pixel that output 0 can see; below 0 where there is padding. */
  start: number;
}

/**
 * The receptive field of layers one after the other, along one axis (Araujo, Norris and Sim 2019).
 *
 * From size 1, jump 1 and start 0, each layer of k taps at dilation d, with stride s and padding p, makes
 * start ← start − p · jump, size ← size + (k − 1) · d · jump, jump ← s · jump. L layers of 3 taps give 1 + 2L.
 *
 * Holes inside the field are not found: see {@link measureReceptiveField}.
 *
 * @throws unless size, stride and dilation are whole numbers from 1, and padding from 0.
 */
export function receptiveField(layers: readonly ReceptiveLayer[]): ReceptiveField {
  let [size, jump, start] = [1, 1, 0];
  checkList('receptiveField', 'layers', layers, 'layers { size, stride }');
  for (const [i, layer] of layers.entries()) {
    if (!isRecord(layer))
      throw new Error(`receptiveField: expected layer ${i} as { size, stride }, got ${shown(layer)}`);
    const { size: taps, stride = 1, dilation = 1, padding = 0 } = layer;
    for (const [name, value, least] of [
      ['size', taps, 1],
      ['stride', stride, 1],
      ['dilation', dilation, 1],
      ['padding', padding, 0],
    ] as const) {
      if (!(Number.isInteger(value) && value >= least)) {
        throw new Error(
          `receptiveField: expected ${name} a whole number from ${least}, got ${shown(value)} in layer ${i}`,
        );
      }
    }
    start -= padding * jump;
    size += (taps - 1) * dilation * jump;
    jump *= stride;
  }
  return { size, jump, start };
}

/** Settings of {@link measureReceptiveField}. */
export interface MeasureOptions {
  /** Height and width of the input, in px. */
  size: readonly [number, number];
  /** Where the inputs come from: standard normal numbers. */
  random: Random;
  /** Channels of the input (3). */
  channels?: number;
  /** Row and column of the output (the middle one). */
  at?: readonly [number, number];
  /** How many inputs are averaged (8). A maximum follows one of its pixels only, so that nets with pooling need several. */
  samples?: number;
}

/** What an output was seen to depend on. */
export interface MeasuredReceptiveField {
  /** `[H, W]`: mean of Σ |∂output / ∂pixel| over the inputs, summed over their channels. */
  map: NdArray<Float32Array>;
  /** `x1, y1, x2, y2` in px around all pixels that are not 0; x2 and y2 exclusive. */
  box: [number, number, number, number];
  /** Pixels that are not 0. */
  area: number;
  /** Side of a square with as many pixels as have more than 4.55 % of the largest number (the effective field of Luo et al. 2016), px. */
  effective: number;
}

/** Below this share of the largest number a pixel is not in the effective receptive field: 1 − 0.9545, two standard deviations. */
const faint = 0.0455;

/**
 * The receptive field of a layer or a network, measured: the gradient of one output, summed over its channels, with respect to every
 * pixel of the input (Luo, Li, Urtasun and Zemel 2016). A module is measured in the mode that it is in.
 *
 * @param layer takes `[N, H, W, C]` to `[N, H', W', C']`.
 * @throws on an output of another rank, outputs that do not exist, and where no pixel has any influence.
 */
export async function measureReceptiveField(layer: Layer, options: MeasureOptions): Promise<MeasuredReceptiveField> {
  const caller = 'measureReceptiveField';
  const kinds = { size: 'any', random: 'random', channels: 'any', at: 'any', samples: 'any' } as const;
  const { size, random, channels = 3, at, samples = 8 } = checkOptions(caller, options, kinds);
  checkLayer(caller, 'layer', layer);
  for (const [name, pair] of [
    ['size', size],
    ['at', at ?? [0, 0]],
  ] as const) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new Error(`${caller}: expected ${name} as two whole numbers, rows and columns, got ${shown(pair)}`);
    }
  }
  const [height, width] = size;
  const shape = [samples, height, width, channels];
  const isCount = (length: number) => Number.isInteger(length) && length >= 1;
  if (!shape.every(isCount)) {
    const wrong = shape.find((length) => !isCount(length));
    throw new Error(
      `measureReceptiveField: expected size, channels and samples whole numbers from 1, got ${shown(wrong)}`,
    );
  }
  checkShape(caller, shape);
  const numbers = Float32Array.from({ length: samples * height * width * channels }, () => random.normal());
  const x = tensor(numbers, shape);
  const y = layer instanceof Module ? (layer.forward(x) as typeof x) : layer(x);
  checkTensor(caller, "the layer's output", y);
  if (y.rank !== 4) throw new Error(`measureReceptiveField: expected an output [N, H, W, C], got ${show(y.shape)}`);
  const [, outHeight, outWidth] = y.shape;
  const [row, column] = at ?? [outHeight >> 1, outWidth >> 1];
  const inside = (index: number, length: number) => Number.isInteger(index) && index >= 0 && index < length;
  if (!inside(row, outHeight) || !inside(column, outWidth)) {
    throw new Error(
      `measureReceptiveField: expected an output of ${show(y.shape)}, got row ${shown(row)}, column ${shown(column)}`,
    );
  }
  const output = slice(y, { start: [0, row, column], end: [samples, row + 1, column + 1] });
  // The inputs do not depend on each other, so that one walk gives all their gradients.
  const slopes = await gradients(sum(output), [x])[0].data();

  const map = new Float32Array(height * width);
  for (const [i, slope] of slopes.entries()) map[Math.floor(i / channels) % map.length] += Math.abs(slope) / samples;
  const largest = map.reduce((most, value) => Math.max(most, value), 0);
  if (largest === 0) throw new Error('measureReceptiveField: expected a pixel that the output depends on, got none');
  const box: [number, number, number, number] = [width, height, 0, 0];
  let [area, strong] = [0, 0];
  for (const [i, value] of map.entries()) {
    if (value === 0) continue;
    const [x1, y1] = [i % width, Math.floor(i / width)];
    box.splice(0, 4, Math.min(box[0], x1), Math.min(box[1], y1), Math.max(box[2], x1 + 1), Math.max(box[3], y1 + 1));
    area++;
    if (value > faint * largest) strong++;
  }
  return { map: ndarray(map, [height, width]), box, area, effective: Math.sqrt(strong) };
}
