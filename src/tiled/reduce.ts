import { max, sum } from '../../kernels/reduce';
import type { PlanStep } from '../plan/planDescription';
import { type Instances, instantiate, plainStep, pointwiseOf } from './pointwise';
import type { Lowering, Rule } from './rule';
import { chooseTile, each, kernelFromSource, returnTile, type Tile, tileConstants, wholeLanes } from './source';

/** The numbers that a tile reduces: what they are called when the loop stands at `i`. */
interface Summands extends Pick<Instances, 'shared' | 'own' | 'result'> {
  readonly parameters: readonly string[];
  readonly inputs: readonly number[];
  readonly constants: PlanStep['constants'];
  readonly scalars: PlanStep['scalars'];
}

/** Reads the numbers where they lie. */
function stored(step: PlanStep, index: (row: number, quad: number) => string): Summands {
  return {
    shared: '',
    own: '',
    result: (row, quad) => `x[${index(row, quad)}]`,
    parameters: ['x'],
    inputs: step.inputs,
    constants: {},
    scalars: {},
  };
}

/**
 * Computes the numbers as they are needed, where they come from a kernel of one expression and nothing else needs them: they are never
 * written. Null elsewhere.
 */
function computed(step: PlanStep, lowering: Lowering, tile: Tile): Summands | null {
  const [source] = step.inputs;
  const producer = plainStep(lowering.stepAt(source));
  const form = producer && pointwiseOf(producer.kernel);
  const { length, inner, blockLength } = step.constants;
  if (!form || lowering.onlyReader(source) !== step.kernel || 'factor' in producer.scalars) return null;
  if (producer.grid.length !== 2 || producer.grid[0] !== inner) return null;
  return {
    ...instantiate(form, {
      ...tile,
      x: (quad) => `(this.thread.x + ${4 * quad})`,
      y: (row) => `(this.thread.z * ${length} + this.thread.y * ${blockLength} + ${row * blockLength} + i)`,
    }),
    parameters: form.parameters,
    inputs: producer.inputs,
    constants: producer.constants,
    scalars: producer.scalars,
  };
}

/** The loop over `count` numbers in each place of the tile, `i` from 0. */
function reduced(step: PlanStep, tile: Tile, count: string, summands: Summands): PlanStep {
  const { shared, own, result } = summands;
  const all = (line: (place: string, value: string) => string) =>
    each(tile.rows, (row) => each(tile.quads, (quad) => line(`s${row}_${quad}`, result(row, quad))));
  const isSum = step.kernel === sum;
  const { factor = 1 } = step.scalars;
  const first = all((total, value) => `let ${total} = ${isSum ? '0.5 * 0' : value.replace(/\bi\b/g, '0')};`);
  // A term is a constant of its own: a product is rounded before it is added, as where it is written down.
  const next = all((total, value) =>
    isSum ? `const ${total}_term = ${value};\n${total} += ${total}_term;` : `${total} = Math.max(${total}, ${value});`,
  );
  const last = factor === 1 ? '' : all((total) => `${total} = ${total} * this.constants.factor;`);
  const body = `${shared}
${first}
for (let i = ${isSum ? 0 : 1}; i < ${count}; i++) {
${own}
${next}
}
${last}
${returnTile(tile)}`;
  return {
    ...step,
    kernel: kernelFromSource(`${step.kernel.name}Tiled`, summands.parameters, body),
    constants: { ...summands.constants, ...tileConstants(tile) },
    scalars: { ...summands.scalars, ...step.scalars },
    inputs: summands.inputs,
  };
}

/** Reductions: a call takes several quads of the inner axis, and several blocks where all are of one length. */
const reduction: Rule = (step, lowering) => {
  const { length, inner, blockLength } = step.constants;
  const [, blocks = 1, outer = 1] = step.grid;
  const even = blocks * blockLength === length;
  if (inner === 1) return even ? rows(step, lowering, outer * blocks) : null;
  if (inner < 4 || (lowering.wholeTiles && inner % 4)) return null;
  const tile = chooseTile(wholeLanes(inner), even ? blocks : 1, { widest: 4 });
  const start = `(this.thread.z * ${length} + this.thread.y * ${blockLength})`;
  const count = even ? `${blockLength}` : `Math.min(${blockLength}, ${length} - this.thread.y * ${blockLength})`;
  const read = stored(step, (row, quad) => {
    return `(${start} + ${row * blockLength} + i) * ${inner} + this.thread.x + ${4 * quad}`;
  });
  const summands = step.kernel === sum ? computed(step, lowering, tile) : null;
  return lowering.emit(reduced(step, tile, count, summands ?? read));
};

/** The last axis, or blocks of it: each lane takes a row of its own. */
function rows(step: PlanStep, lowering: Lowering, count: number): number | null {
  const { blockLength } = step.constants;
  if (count < 4 || (lowering.wholeTiles && count % 4)) return null;
  const tile = chooseTile(wholeLanes(count), 1, { widest: 4 });
  const single = { quads: tile.quads, rows: 1 };
  const read = stored(step, (_, quad) => `(this.thread.x + ${4 * quad}) * ${blockLength} + i`);
  return lowering.emit(reduced({ ...step, grid: [count] }, single, `${blockLength}`, read));
}

export const rules = new Map([
  [sum, reduction],
  [max, reduction],
]);
