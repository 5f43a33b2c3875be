import { relu } from '../../kernels/elementwise';
import type { Lowering } from './rule';
import { chooseTile, declareTile, kernelFromSource, returnTile, tileConstants } from './source';

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
  const rectify = producer?.kernel === relu;
  const outHeight = height + before[0] + after[0];
  const outWidth = width + before[1] + after[1];
  const source = channels % 4 ? byNumbers() : byPixels();
  return lowering.emit({
    kernel: kernelFromSource(rectify ? 'padRelu' : 'padImage', ['x'], source.body),
    grid: source.grid,
    constants: source.constants,
    scalars: {},
    inputs: [rectify ? producer.inputs[0] : x],
  });

  // As in the relu kernel, a NaN passes.
  function taken(name: string): string {
    return rectify ? `${name} < 0 ? 0 : ${name}` : name;
  }

  /** Whole quads of channels: a thread copies up to four quads of one pixel, and the border is the same for all lanes. */
  function byPixels() {
    const tile = { ...chooseTile(channels, 1, { widest: 4 }), rows: 1 };
    const values = Array.from({ length: tile.quads }, (_, quad) => {
      return `const v${quad} = x[at + ${4 * quad}];\ns0_${quad} = ${taken(`v${quad}`)};`;
    });
    const body = `
const n = Math.floor((this.thread.z + 0.5) / ${outHeight});
const row = this.thread.z - n * ${outHeight} - ${before[0]};
const column = this.thread.y - ${before[1]};
const at = ((n * ${height} + row) * ${width} + column) * ${channels} + this.thread.x;
${declareTile(tile)}
if (row >= 0 && row < ${height} && column >= 0 && column < ${width}) {
${values.join('\n')}
}
${returnTile(tile)}`;
    return { body, grid: [channels, outWidth, batch * outHeight], constants: tileConstants(tile) };
  }

  /** Broken quads: a row of the image is one run of numbers, of which lanes take neighbours whatever the pixel. */
  function byNumbers() {
    const body = `
const n = Math.floor((this.thread.y + 0.5) / ${outHeight});
const row = this.thread.y - n * ${outHeight} - ${before[0]};
const number = this.thread.x - ${before[1] * channels};
let value = 0.5 * 0;
if (row >= 0 && row < ${height} && number >= 0 && number < ${width * channels}) {
  const v = x[(n * ${height} + row) * ${width * channels} + number];
  value = ${taken('v')};
}
return value;`;
    return { body, grid: [outWidth * channels, batch * outHeight], constants: {} };
  }
}
