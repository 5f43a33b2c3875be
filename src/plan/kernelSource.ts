import type { KernelFunction } from './planDescription';

const words = new Set(
  (
    'break case const continue default do else false for function if in Infinity let Math NaN new null of return switch this true ' +
    'typeof undefined var void while'
  ).split(' '),
);

/** The code without comments and texts. */
function bare(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\/\/.*/g, ' ')
    .replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, "''");
}

/** Names that the function's own text declares: its parameters, variables and functions. */
function declared(code: string): Set<string> {
  const names = new Set<string>();
  for (const [, name, parameters] of code.matchAll(/\bfunction\s*([\w$]*)\s*\(([^)]*)\)/g)) {
    names.add(name);
    for (const parameter of parameters.split(',')) names.add(parameter.split('=')[0].trim());
  }
  for (const [, list] of code.matchAll(/\b(?:var|let|const)\s+([^;]*?)(?=;|\bof\b|\bin\b|$)/g)) {
    for (const [, name] of list.matchAll(/(?:^|,)\s*([A-Za-z_$][\w$]*)\s*(?==|,|$)/g)) names.add(name);
  }
  return names;
}

/** Names that a kernel's text uses and does not declare: it cannot see them on a device. */
export function outerNames(source: string): string[] {
  const code = bare(source);
  const own = declared(code);
  const used = [...code.matchAll(/(?<![\w$.]|\.\s)([A-Za-z_$][\w$]*)/g)].map(([, name]) => name);
  return [...new Set(used)].filter((name) => !own.has(name) && !words.has(name));
}

const checked = new WeakSet<KernelFunction>();

/**
 * Says what a device could not: gpu.js's own errors name neither the kernel nor the name.
 * @throws `<kernel>: …` on an arrow function, on a pattern in a declaration, and where it uses names from outside.
 */
export function checkKernelSource(kernel: KernelFunction): void {
  if (checked.has(kernel)) return;
  if (typeof kernel !== 'function')
    throw new Error(`applyKernel: expected a function of one thread, got ${typeof kernel}`);
  const source = kernel.toString();
  const name = kernel.name || 'kernel';
  if (!/^\s*function\b/.test(source)) {
    throw new Error(
      `${name}: expected a kernel written as \`function (this: KernelThread, …) { … }\`, got an arrow function or a method`,
    );
  }
  if (/\b(?:var|let|const)\s*[[{]/.test(bare(source))) {
    throw new Error(
      `${name}: expected one name in each declaration of a kernel, got a pattern; write a line for each name`,
    );
  }
  const outer = outerNames(source);
  if (outer.length > 0) {
    throw new Error(
      `${name}: a kernel cannot see ${outer.join(', ')}: on the device it has its arguments and this.constants alone. ` +
        'Pass numbers in constants or scalars, and tensors in inputs; write helpers inside of the kernel',
    );
  }
  checked.add(kernel);
}
