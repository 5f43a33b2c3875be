import { batchNorm2d } from '../../kernels/batchNorm2d';
import { add } from '../../kernels/elementwise';
import type { PlanStep } from '../plan/planDescription';
import { pointwiseOf, wholeWord } from './pointwise';
import type { Lowering, Rule } from './rule';
import { each, kernelFromSource, type Tile } from './source';

/** An array that takes part in an operation: of the output's layout, or a number for each channel. */
interface Operand {
  readonly index: number;
  readonly perChannel: boolean;
}

/** One thing done to a sum before it is stored. */
interface Operation {
  readonly operands: readonly Operand[];
  readonly constants: PlanStep['constants'];
  readonly scalars: PlanStep['scalars'];
  /** The lines that give `sum` its new value; `numbers` are the operands' of its cell, and `place` makes names of their own. */
  readonly lines: (sum: string, numbers: readonly string[], place: string) => string;
}

/** What becomes of the sums of a tile. */
export interface Ending {
  /** An array `[channels]` of numbers that the sums start from; null where that is 0. */
  readonly start: number | null;
  readonly operations: readonly Operation[];
}

const bare: Ending = { start: null, operations: [] };

/** A step of sums over the channels of an image's cells, or over the columns of a matrix: how it is made with any ending. */
export interface Sums {
  readonly channels: number;
  readonly cells: number;
  readonly make: (ending: Ending) => PlanStep;
}

const known = new WeakMap<PlanStep, Sums & { readonly ending: Ending }>();

/** Emits a step of sums. What follows may join it while nobody else reads the sums. */
export function emitSums(lowering: Lowering, sums: Sums, ending = bare): number {
  const index = lowering.emit(sums.make(ending));
  known.set(lowering.stepAt(index)!, { ...sums, ending });
  return index;
}

/** What an ending adds to the source of a tile. */
export interface EndingSource {
  readonly parameters: readonly string[];
  readonly inputs: readonly number[];
  readonly constants: PlanStep['constants'];
  readonly scalars: PlanStep['scalars'];
  /** The first value of a quad's sums; undefined where that is 0. */
  readonly start: ((quad: number) => string) | undefined;
  /**
   * The lines after the sums, which stand in `s<row>_<quad>`. `cell` is the source of the index of a row's first number; null for rows that
   * do not exist.
   */
  readonly finish: (cell: (row: number) => string | null) => string;
}

/** @param channel source of the first channel of a tile. */
export function endingSource(
  { start, operations }: Ending,
  { quads, rows }: Tile,
  channel = 'this.thread.x',
): EndingSource {
  const parameter = (operation: number, operand: number) => `e${operation}_${operand}`;
  const all = operations.flatMap(({ operands }, i) =>
    operands.map(({ index }, k) => ({ index, name: parameter(i, k) })),
  );
  const perChannel = operations.flatMap(({ operands }, i) =>
    operands.flatMap((operand, k) =>
      operand.perChannel
        ? [each(quads, (quad) => `const c${i}_${k}_${quad} = ${parameter(i, k)}[${channel} + ${4 * quad}];`)]
        : [],
    ),
  );
  const finish = (cell: (row: number) => string | null) => {
    const lines = operations.map(({ operands, lines: linesOf }, i) =>
      each(rows, (row) => {
        const at = cell(row);
        if (at === null) return '';
        return each(quads, (quad) => {
          const place = `${i}_${row}_${quad}`;
          const numbers = operands.map((operand, k) => (operand.perChannel ? `c${i}_${k}_${quad}` : `n${k}_${place}`));
          const declared = operands.map((operand, k) =>
            operand.perChannel ? '' : `const ${numbers[k]} = ${parameter(i, k)}[${at} + ${4 * quad}];`,
          );
          return `${declared.join('')}\n${linesOf(`s${row}_${quad}`, numbers, place)}`;
        });
      }),
    );
    return [...perChannel, ...lines].join('\n');
  };
  return {
    parameters: [...(start === null ? [] : ['bias']), ...all.map(({ name }) => name)],
    inputs: [...(start === null ? [] : [start]), ...all.map(({ index }) => index)],
    constants: Object.assign({}, ...operations.map(({ constants }) => constants)),
    scalars: Object.assign({}, ...operations.map(({ scalars }) => scalars)),
    start: start === null ? undefined : (quad) => `bias[${channel} + ${4 * quad}]`,
    finish,
  };
}

/** The sums that a plan's index names, where exactly one step reads them, or reads what became of them. */
function soleReading(index: number, lowering: Lowering) {
  const step = lowering.stepAt(index);
  const sums = step && known.get(step);
  return sums && lowering.readings(index) === 1 ? sums : null;
}

/** The sums with one operation more. */
function joined(lowering: Lowering, sums: Sums & { ending: Ending }, operation: Operation): number {
  return emitSums(lowering, sums, { ...sums.ending, operations: [...sums.ending.operations, operation] });
}

/** A number per channel, added: where the sums start. */
function bias({ grid, constants, inputs: [sum, addend] }: PlanStep, lowering: Lowering): number | null {
  const sums = soleReading(sum, lowering);
  if (!sums || sums.ending !== bare || grid.length !== 2) return null;
  const { ax, ay, bx, by } = constants;
  if (grid[0] !== sums.channels || ax !== 1 || ay !== sums.channels || bx !== 1 || by !== 0) return null;
  return emitSums(lowering, sums, { start: addend, operations: [] });
}

/** An array of the output's layout, added. */
function addend({ grid, constants: { ax, bx }, inputs }: PlanStep, lowering: Lowering): number | null {
  if (grid.length !== 1 || ax !== 1 || bx !== 1) return null;
  // Of two sums, the later one takes the other along.
  const [sum, other] = inputs[0] > inputs[1] ? inputs : [inputs[1], inputs[0]];
  const join = (index: number, input: number) => {
    const sums = soleReading(index, lowering);
    if (!sums || sums.channels * sums.cells !== grid[0]) return null;
    const operands = [{ index: input, perChannel: false }];
    return joined(lowering, sums, {
      operands,
      constants: {},
      scalars: {},
      lines: (s, [number]) => `${s} += ${number};`,
    });
  };
  return join(sum, other) ?? join(other, sum);
}

/** Batch norm with given statistics: (sum − mean) · factor + shift, with the factors computed once for each channel. */
const normalize: Rule = ({ grid, constants, scalars, inputs: [x, mean, variance, scale, shift] }, lowering) => {
  const sums = soleReading(x, lowering);
  if (!sums || grid[0] !== sums.channels || constants.channels !== sums.channels) return null;
  const text = 'return scale[this.thread.x] / Math.sqrt(variance[this.thread.x] + this.constants.epsilon);';
  const factor = lowering.emit({
    kernel: kernelFromSource('batchNormFactor', ['variance', 'scale'], text),
    grid: [sums.channels],
    constants: {},
    scalars,
    inputs: [variance, scale],
  });
  return joined(lowering, sums, {
    operands: [mean, factor, shift].map((index) => ({ index, perChannel: true })),
    constants: {},
    scalars: {},
    lines: (sum, [m, f, b]) => `${sum} = (${sum} - ${m}) * ${f} + ${b};`,
  });
};

const ownNumber = /\bx\[this\.thread\.x\]/g;

/**
 * An operation on each number by itself, such as an activation, joins the sums whose numbers it takes; null where it is another operation,
 * where others need its numbers, too, or where they are no sums.
 */
export const joinSums: Rule = (step, lowering) => {
  if (step.inputs.length !== 1 || step.grid.length !== 1) return null;
  const [source] = step.inputs;
  const sums = soleReading(source, lowering);
  const form = sums && pointwiseOf(step.kernel);
  if (!form || sums.channels * sums.cells !== step.grid[0] || form.parameters[0] !== 'x') return null;
  const texts = [...form.constants.map(({ value }) => value), form.result];
  if (/\bx\b|this\.(thread|output)/.test(texts.join(';').replace(ownNumber, ''))) return null;
  const { operations } = sums.ending;
  const names = { ...step.constants, ...step.scalars };
  if (
    operations.some(({ constants, scalars }) =>
      [constants, scalars].some((own) => Object.keys(own).some((key) => key in names)),
    )
  )
    return null;
  return joined(lowering, sums, {
    operands: [],
    constants: step.constants,
    scalars: step.scalars,
    lines: (sum, _, place) => {
      const own = (text: string) =>
        form.constants
          .reduce((result, { name }) => result.replace(wholeWord(name), `${name}_${place}`), text)
          .replace(ownNumber, sum);
      const declared = form.constants.map(({ name, value }) => `const ${name}_${place} = ${own(value)};\n`);
      return `${declared.join('')}${sum} = ${own(form.result)};`;
    },
  });
};

export const rules = new Map<PlanStep['kernel'], Rule>([
  [batchNorm2d, normalize],
  [add, (step, lowering) => bias(step, lowering) ?? addend(step, lowering)],
]);
