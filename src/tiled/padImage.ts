import { relu } from '../../kernels/elementwise';
import { emitGuarded, plainStep } from './pointwise';
import type { Lowering } from './rule';
import { chooseTile, declareTile, each, kernelFromSource, returnTile, tileConstants } from './source';

/** An image batch and the border of zeros that it is to get, `[vertical, horizontal]`. */
interface Border {
  batch: number;
  height: number;
  width: number;
  channels: number;
  before: readonly [number, number];
  after: readonly [number, number];
}

/**
 * Emits the step that surrounds images with zeros; none where there is no border. A ReLU just before is taken along: its own step
 * disappears where nobody else needs it.
 */
export function padImage(
  lowering: Lowering,
  x: number,
  { batch, height, width, channels, before, after }: Border,
): number {
  if (![...before, ...after].some((size) => size > 0)) return x;
  const producer = lowering.stepAt(x);
  const rectify = plainStep(producer)?.kernel === relu;
  const outHeight = height + before[0] + after[0];
  const outWidth = width + before[1] + after[1];
  const name = rectify ? 'padRelu' : 'padImage';
  const source = rectify ? producer!.inputs[0] : x;
  return channels % 4 ? byNumbers() : byPixels();

  // As in the relu kernel, a NaN passes.
  function taken(name: string): string {
    return rectify ? `(${name} < 0 ? 0 : ${name})` : name;
  }

  /** Whole quads of channels: a call copies a few pixels of a row, and the border is the same for all lanes. */
  function byPixels() {
    const tile = chooseTile(channels, outWidth, { widest: 4 });
    const pixels = each(tile.rows, (pixel) => {
      const values = each(tile.quads, (quad) => {
        const value = `v${pixel}_${quad}`;
        return `const ${value} = x[at + ${pixel * channels + 4 * quad}];\ns${pixel}_${quad} = ${taken(value)};`;
      });
      return `if (row >= 0 && row < ${height} && column + ${pixel} >= 0 && column + ${pixel} < ${width}) {\n${values}\n}`;
    });
    const body = `
const n = Math.floor((this.thread.z + 0.5) / ${outHeight});
const row = this.thread.z - n * ${outHeight} - ${before[0]};
const column = this.thread.y - ${before[1]};
const at = ((n * ${height} + row) * ${width} + column) * ${channels} + this.thread.x;
${declareTile(tile)}
${pixels}
${returnTile(tile)}`;
    return lowering.emit({
      kernel: kernelFromSource(name, ['x'], body),
      grid: [channels, outWidth, batch * outHeight],
      constants: tileConstants(tile),
      scalars: {},
      inputs: [source],
    });
  }

  /** Broken quads: a row of the image is one run of numbers, of which lanes take neighbors whatever the pixel. */
  function byNumbers() {
    const constants = `
const n = Math.floor((this.thread.y + 0.5) / ${outHeight});
const row = this.thread.y - n * ${outHeight} - ${before[0]};
const number = this.thread.x - ${before[1] * channels};
`;
    return emitGuarded(lowering, {
      name,
      constants,
      condition: `row >= 0 && row < ${height} && number >= 0 && number < ${width * channels}`,
      value: taken(`x[(n * ${height} + row) * ${width * channels} + number]`),
      grid: [outWidth * channels, batch * outHeight],
      input: source,
    });
  }
}
