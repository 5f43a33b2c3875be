import { roiPoolGradient } from '../../kernels/roiPool';
import type { PlanStep } from '../plan/planDescription';
import type { Rule } from './rule';
import { chooseTile, declareTile, each, kernelFromSource, returnTile, tileConstants, wholeLanes } from './source';

/** The constants of the plain gradient, with their meaning in src/ops/roiPool.ts. */
interface Regions {
  height: number;
  width: number;
  channels: number;
  outHeight: number;
  outWidth: number;
  rows: number;
  each: number;
  stride: number;
}

/** The gradient of RoI Pool: which bins hold a cell is found once for up to 16 channels. */
const gradient: Rule = (step, lowering) => {
  const constants = step.constants as unknown as Regions;
  const { height, width, channels, outHeight, outWidth, rows, stride } = constants;
  if (lowering.wholeTiles && channels % 4) return null;
  const tile = { ...chooseTile(wholeLanes(channels), 1, { widest: 4 }), rows: 1 };
  const sums = each(tile.quads, (quad) => {
    const place = `cell + ${4 * quad}`;
    return `s0_${quad} += indices[${place}] === own ? upstream[${place}] : 0;`;
  });
  const body = `
const n = Math.floor((this.thread.z + 0.5) / ${height});
const own = (this.thread.z - n * ${height}) * ${width} + this.thread.y;
${declareTile(tile)}
for (let k = 0; k < ${constants.each}; k++) {
  const region = n * ${stride} + k;
  const vertical = (region * ${rows} + this.thread.z) * 2;
  const down = Math.floor(rowBins[vertical + 1] + 0.5);
  if (down > 0) {
    const horizontal = (region * ${width} + this.thread.y) * 2;
    const across = Math.floor(columnBins[horizontal + 1] + 0.5);
    const firstRow = Math.floor(rowBins[vertical] + 0.5);
    const firstColumn = Math.floor(columnBins[horizontal] + 0.5);
    for (let i = 0; i < down; i++) {
      for (let j = 0; j < across; j++) {
        const cell = ((region * ${outHeight} + firstRow + i) * ${outWidth} + firstColumn + j) * ${channels} + this.thread.x;
        ${sums}
      }
    }
  }
}
${returnTile(tile)}`;
  return lowering.emit({
    ...step,
    kernel: kernelFromSource('roiPoolGradientTiled', ['upstream', 'indices', 'rowBins', 'columnBins'], body),
    constants: tileConstants(tile),
  });
};

export const rules = new Map<PlanStep['kernel'], Rule>([[roiPoolGradient, gradient]]);
