import type { KernelFunction, PlanStep } from '../plan/planDescription';
import type { Lowering, Rule } from './rule';
import { chooseTile, each, kernelFromSource, returnTile, type Tile, tileConstants, wholeLanes } from './source';

/** A kernel whose body is constants and a return: each cell by itself, without loops or branches. */
export interface Pointwise {
  readonly parameters: string[];
  readonly constants: { readonly name: string; readonly value: string }[];
  readonly result: string;
}

const known = new WeakMap<KernelFunction, Pointwise | null>();

/** Takes a kernel's text apart; null where it is more than constants and a return. */
export function readPointwise(kernel: KernelFunction): Pointwise | null {
  const text = kernel
    .toString()
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');
  const parts = /^function\s*\w*\s*\(([^)]*)\)\s*\{([\s\S]*)\}\s*$/.exec(text);
  if (!parts || /[{}=]>|["'`]|Math\.random/.test(parts[2])) return null;
  const statements = parts[2]
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean);
  const result = /^return\s+([^{}]+)$/.exec(statements.pop() ?? '')?.[1];
  const constants = statements.map((statement) => /^const\s+(\w+)\s*=\s*([^{}]+)$/.exec(statement));
  if (!result || constants.some((match) => match === null)) return null;
  const parameters = parts[1].split(',').map((name) => name.trim());
  return { parameters, constants: constants.map((match) => ({ name: match![1], value: match![2] })), result };
}

/** A kernel's parts, see {@link readPointwise}; read once. */
export function pointwiseOf(kernel: KernelFunction): Pointwise | null {
  let form = known.get(kernel);
  if (form === undefined) {
    form = readPointwise(kernel);
    known.set(kernel, form);
  }
  return form;
}

/** Finds a name where it stands by itself. */
export const wholeWord = (name: string) => new RegExp(`(?<![.\\w])${name}\\b`, 'g');

/** Which of a kernel's constants, and last its result, follow from a thread index: by their text, or by a constant in it that does. */
function follows({ constants, result }: Pointwise, index: string): boolean[] {
  const names: string[] = [];
  return [...constants.map(({ name, value }) => ({ name, value })), { name: '', value: result }].map(
    ({ name, value }) => {
      const does = value.includes(index) || names.some((other) => wholeWord(other).test(value));
      if (does) names.push(name);
      return does;
    },
  );
}

/** Where the cells of a tile stand: sources of `this.thread.x` by quad and of `this.thread.y` by row. */
export interface Places extends Tile {
  readonly x: (quad: number) => string;
  readonly y: (row: number) => string;
}

/** A kernel's text for each cell of a tile. */
export interface Instances {
  /** Declarations that all rows share. */
  readonly shared: string;
  /** Declarations of the rows' own. */
  readonly own: string;
  /** The value of a cell. */
  readonly result: (row: number, quad: number) => string;
}

/**
 * The kernel's text once for each quad of the tile, with its own names and thread numbers. A constant that is the same along an axis is
 * computed once for it.
 */
export function instantiate(form: Pointwise, { quads, rows, x, y }: Places): Instances {
  const alongX = follows(form, 'this.thread.x');
  const alongY = follows(form, 'this.thread.y');
  const placed = (source: string, row: number, quad: number) =>
    form.constants
      .reduce((text, { name }, item) => text.replace(wholeWord(name), name + mark(item, row, quad)), source)
      .replace(/this\.thread\.x/g, () => x(quad))
      .replace(/this\.thread\.y/g, () => y(row));
  const mark = (item: number, row: number, quad: number) => `_${alongY[item] ? row : 0}_${alongX[item] ? quad : 0}`;
  const lines = (own: boolean) => {
    const all: string[] = [];
    for (let row = 0; row < rows; row++) {
      for (let quad = 0; quad < quads; quad++) {
        for (const [item, { name, value }] of form.constants.entries()) {
          if (alongY[item] !== own || (row > 0 && !own) || (quad > 0 && !alongX[item])) continue;
          all.push(`const ${name}${mark(item, row, quad)} = ${placed(value, row, quad)};`);
        }
      }
    }
    return all.join('\n');
  };
  return { shared: lines(false), own: lines(true), result: (row, quad) => placed(form.result, row, quad) };
}

function tiledBody(form: Pointwise, tile: Tile, oneRow: boolean): string {
  const { shared, own, result } = instantiate(form, {
    ...tile,
    x: (quad) => `(this.thread.x + ${4 * quad})`,
    y: (row) => (oneRow ? `${row}` : `(this.thread.y + ${row})`),
  });
  const results = each(tile.rows, (row) =>
    each(tile.quads, (quad) => `const result_${row}_${quad} = ${result(row, quad)};`),
  );
  return `${shared}\n${own}\n${results}\n${returnTile(tile).replace(/\bs(?=\d)/g, 'result_')}`;
}

/** Cells below which a step is too short to gain. */
const fewCells = 1024;

/**
 * Several cells in one call. A call costs more than an addition, so small kernels gain most.
 */
export const pointwise: Rule = (step, lowering) => {
  const [width, height = 1, depth = 1] = step.grid;
  if (width * height * depth < fewCells || (lowering.wholeTiles && width % 4)) return null;
  const form = pointwiseOf(step.kernel);
  if (!form) return null;
  const { quads, rows } = chooseTile(wholeLanes(width), height, { widest: 4 });
  // Results that stand below each other, such as an optimizer's, are made together: they share most of what they compute.
  const oneRow = height > 1 && height <= 4;
  const tile = { quads, rows: oneRow ? height : quads === 4 ? 1 : rows };
  if (tile.quads * tile.rows === 1) return null;
  const index = lowering.emit({
    ...step,
    kernel: kernelFromSource(`${step.kernel.name}Tiled`, form.parameters, tiledBody(form, tile, oneRow)),
    constants: { ...step.constants, ...tileConstants(tile) },
  });
  plainSteps.set(lowering.stepAt(index)!, step);
  return index;
};

const plainSteps = new WeakMap<PlanStep, PlanStep>();

/** The step with its plain kernel, whether that has been made a tiled one or not. */
export function plainStep(step: PlanStep | undefined): PlanStep | undefined {
  return step && (plainSteps.get(step) ?? step);
}

/** Emits a step of the rules' own making, several cells a call where that can be. */
export function emitPointwise(lowering: Lowering, step: PlanStep): number {
  return pointwise(step, lowering) ?? lowering.emit(step);
}

/** A step of one input that is read under a condition; cells where it does not hold are 0. */
interface Guarded {
  readonly name: string;
  /** Declarations of constants. */
  readonly constants?: string;
  readonly condition: string | null;
  readonly value: string;
  readonly grid: readonly number[];
  readonly input: number;
}

/** Emits a guarded read. As one expression it is several cells a call; but then cells read whose condition does not hold, too. */
export function emitGuarded(
  lowering: Lowering,
  { name, constants = '', condition, value, grid, input }: Guarded,
): number {
  const result =
    condition === null
      ? `return ${value};`
      : lowering.wholeTiles
        ? `let value = 0.5 * 0;\nif (${condition}) {\n  value = ${value};\n}\nreturn value;`
        : `return ${condition} ? ${value} : 0;`;
  const kernel = kernelFromSource(name, ['x'], `${constants}${result}`);
  return emitPointwise(lowering, { kernel, grid, constants: {}, scalars: {}, inputs: [input] });
}
