import * as gpujs from 'gpu.js';
import { enableSimd } from '../../src/simd';
import { randomSource } from './kernelGenerator';

export const state = enableSimd(gpujs);

const { input } = gpujs as unknown as { input(data: Float32Array, size: number[]): any };

export interface Case {
  /** The kernel's source, `function name(…) {…}`. */
  readonly source: string;
  readonly output: readonly number[];
  readonly constants?: Record<string, number>;
  readonly inputs: readonly { data: Float32Array; size: number[] }[];
}

/** Numbers between −0.5 and 0.5. */
export function noise(length: number, seed: number): Float32Array {
  const below = randomSource(seed);
  return Float32Array.from({ length }, () => below(1 << 20) / (1 << 20) - 0.5);
}

export function flat(value: any): number[] {
  if (typeof value === 'number') return [value];
  return Array.from(value as ArrayLike<any>).flatMap((part) => (typeof part === 'number' ? part : flat(part)));
}

const device = new Map<string, gpujs.GPU>();

/** One GPU per back end. */
export function gpu(mode: 'cpu' | 'webasm'): gpujs.GPU {
  let found = device.get(mode);
  if (!found) {
    found = new gpujs.GPU({ mode });
    device.set(mode, found);
  }
  return found;
}

export function makeKernel(mode: 'cpu' | 'webasm', { source, output, constants = {} }: Case): any {
  const constantTypes: Record<string, string> = {};
  for (const name in constants) constantTypes[name] = Number.isInteger(constants[name]) ? 'Integer' : 'Float';
  const kernel = gpu(mode).createKernel(
    source as any,
    { output: [...output], constants, constantTypes, loopMaxIterations: 2 ** 31 - 1 } as any,
  ) as any;
  return kernel;
}

const inputsOf = ({ inputs }: Case) => inputs.map(({ data, size }) => input(data, size));

/** The result of one kernel launch. */
export function run(mode: 'cpu' | 'webasm', example: Case): number[] {
  const kernel = makeKernel(mode, example);
  const result = flat(kernel(...inputsOf(example)));
  if (kernel.kernel.constructor.mode !== mode)
    throw new Error(`ran on ${kernel.kernel.constructor.mode}, not on ${mode}`);
  kernel.destroy();
  return result;
}

/** The result by plain JavaScript, cell by cell: what a kernel's source means. */
export function runPlain({ source, output, constants = {}, inputs }: Case): number[] {
  const kernel = new Function(`return ${source}`)();
  const [width, height, depth] = [output[0], output[1] ?? 1, output[2] ?? 1];
  const nested = inputs.map(({ data, size }) => {
    const rows = (from: number, sizes: number[]): any => {
      if (sizes.length === 1) return data.subarray(from, from + sizes[0]);
      const [outer, ...inner] = sizes;
      const step = inner.reduce((product, length) => product * length, 1);
      return Array.from({ length: outer }, (_, i) => rows(from + i * step, inner));
    };
    return rows(0, [...size].reverse());
  });
  const result: number[] = [];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const self = { thread: { x, y, z }, constants, output: { x: width, y: height, z: depth } };
        result.push(Math.fround(kernel.apply(self, nested)));
      }
    }
  }
  return result;
}

/** The result as a fused plan gives it, with or without threads, and how it ran. */
export async function runFused(example: Case, threads: boolean): Promise<{ result: number[]; executor: string }> {
  const kernel = makeKernel('webasm', example);
  const orchestrate = (...leaves: any[]) => kernel(...leaves);
  Object.defineProperty(orchestrate, 'length', { value: example.inputs.length });
  const plan = gpu('webasm').createPipeline(orchestrate, { threads } as any) as any;
  const result = flat(await plan(...inputsOf(example)));
  const executor = plan.executorKind;
  if (plan.fallbackReason) throw new Error(plan.fallbackReason);
  await plan.destroy();
  kernel.destroy();
  return { result, executor };
}

/** The largest difference relative to the largest value; NaN only agrees with NaN. */
export function difference(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 1e-3;
  let apart = 0;
  for (const [i, value] of expected.entries()) {
    if (Object.is(actual[i], value)) continue;
    if (Number.isNaN(value) || Number.isNaN(actual[i])) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(value));
    apart = Math.max(apart, Math.abs(actual[i] - value));
  }
  return apart === 0 ? 0 : apart / largest;
}
