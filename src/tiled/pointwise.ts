import type { KernelFunction, PlanStep } from '../plan';
import type { Rule } from './rule';
import { chooseTile, kernelFromSource, tileConstants } from './source';

/** A kernel whose body is constants and a return: each cell by itself, without loops or branches. */
interface Pointwise {
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

function pointwiseOf(kernel: KernelFunction): Pointwise | null {
  let form = known.get(kernel);
  if (form === undefined) {
    form = readPointwise(kernel);
    known.set(kernel, form);
  }
  return form;
}

/**
 * Several cells in one call: the kernel's text once for each quad of the tile, with its own names and thread numbers. A call costs more than
 * an addition, so small kernels gain most.
 */
export const pointwise: Rule = (step: PlanStep, lowering) => {
  const [width, height = 1] = step.grid;
  if (width % 4 || width * height < 1024) return null;
  const form = pointwiseOf(step.kernel);
  if (!form) return null;
  const { quads, rows } = chooseTile(width, height, { widest: 4 });
  const tile = { quads, rows: quads === 4 ? 1 : rows };
  if (tile.quads * tile.rows === 1) return null;
  const lines: string[] = [];
  const results: string[] = [];
  for (let row = 0; row < tile.rows; row++) {
    for (let quad = 0; quad < tile.quads; quad++) {
      const mark = `_${row}_${quad}`;
      const placed = (source: string) =>
        form.constants
          .reduce((text, { name }) => text.replace(new RegExp(`(?<![.\\w])${name}\\b`, 'g'), name + mark), source)
          .replace(/this\.thread\.x/g, `(this.thread.x + ${4 * quad})`)
          .replace(/this\.thread\.y/g, `(this.thread.y + ${row})`);
      for (const { name, value } of form.constants) lines.push(`const ${name}${mark} = ${placed(value)};`);
      lines.push(`const result${mark} = ${placed(form.result)};`);
      results.push(`result${mark}`);
    }
  }
  const body = `${lines.join('\n')}\nreturn [${results.join(', ')}];`;
  return lowering.emit({
    ...step,
    kernel: kernelFromSource(`${step.kernel.name}Tiled`, form.parameters, body),
    constants: { ...step.constants, ...tileConstants(tile) },
  });
};
