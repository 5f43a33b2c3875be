import { add } from '../../kernels/elementwise';
import type { PlanStep } from '../plan/planDescription';
import { pointwiseOf, wholeWord } from './pointwise';
import type { Lowering, Rule } from './rule';
import { each, type Tile } from './source';

/** One thing done to a sum before it is stored. */
interface Operation {
  /** An array laid out as the output, whose number of the same cell takes part; null where there is none. */
  readonly input: number | null;
  readonly constants: PlanStep['constants'];
  readonly scalars: PlanStep['scalars'];
  /** The lines that give `sum` its new value; `number` is the input's number, and `place` makes names of their own. */
  readonly lines: (sum: string, number: string, place: string) => string;
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
  const read = operations.filter(({ input }) => input !== null);
  const name = (operation: Operation) => `e${read.indexOf(operation)}`;
  const finish = (cell: (row: number) => string | null) =>
    operations
      .map((operation, order) =>
        each(rows, (row) => {
          const at = cell(row);
          if (at === null) return '';
          return each(quads, (quad) => {
            const place = `${order}_${row}_${quad}`;
            const number = `${name(operation)}_${place}`;
            const declared =
              operation.input === null ? '' : `const ${number} = ${name(operation)}[${at} + ${4 * quad}];\n`;
            return declared + operation.lines(`s${row}_${quad}`, number, place);
          });
        }),
      )
      .join('\n');
  return {
    parameters: [...(start === null ? [] : ['bias']), ...read.map(name)],
    inputs: [...(start === null ? [] : [start]), ...read.map(({ input }) => input!)],
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
  const joined = (index: number, input: number) => {
    const sums = soleReading(index, lowering);
    if (!sums || sums.channels * sums.cells !== grid[0]) return null;
    const operation: Operation = { input, constants: {}, scalars: {}, lines: (s, number) => `${s} += ${number};` };
    return emitSums(lowering, sums, { ...sums.ending, operations: [...sums.ending.operations, operation] });
  };
  return joined(sum, other) ?? joined(other, sum);
}

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
  const operation: Operation = {
    input: null,
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
  };
  return emitSums(lowering, sums, { ...sums.ending, operations: [...operations, operation] });
};

export const rules = new Map<PlanStep['kernel'], Rule>([
  [add, (step, lowering) => bias(step, lowering) ?? addend(step, lowering)],
]);
