// node dist/test/simd/fuzz.js COUNT SEED MODE: compares randomly written kernels on the extended WebAssembly back end with plain JavaScript.
import * as gpujs from 'gpu.js';
import { type Mode, setSimdMode, takeViolations, type Violation } from '../../src/simd';
import { type Case, difference, makeKernel, noise, run, runPlain } from './agreement';
import { generateKernel } from './kernelGenerator';

const { input } = gpujs as unknown as { input(data: Float32Array, size: number[]): any };

export const tolerance = 1e-5;

/** The generated kernel of a seed with its inputs. */
export function fuzzCase(seed: number): Case {
  const { source, output, constants, sizes } = generateKernel(seed);
  const inputs = sizes.map((size, i) => ({
    data: noise(size[0] * size[1] * size[2], seed * 3 + i),
    size: size.slice(0, i + 1),
  }));
  return { source, output, constants, inputs };
}

export interface FuzzOutcome {
  readonly seed: number;
  /** `agrees`, `differs`, `false alarm` (checked mode reports a read outside where there is none), or `gpu.js differs`: its own WebAssembly code gives the same wrong result. */
  readonly verdict: 'agrees' | 'differs' | 'false alarm' | 'gpu.js differs' | 'gpu.js refuses';
  readonly detail: string;
}

/** The same kernel with a sum in float32, so that a long one comes out rounded alike. */
function inSinglePrecision(source: string): string {
  return source
    .replace(/total ([+-])= (.*);/g, 'total = total $1 ($2);')
    .replace(/^( *)total = (.*);/gm, '$1total = Math.fround($2);');
}

/** What checked mode reports. */
function alarmsOf(example: Case): Violation[] {
  setSimdMode('checked');
  try {
    const kernel = makeKernel('webasm', example);
    kernel(...example.inputs.map(({ data, size }) => input(data, size)));
    const found = takeViolations(kernel);
    kernel.destroy();
    return found;
  } finally {
    setSimdMode('on');
  }
}

function outcomeOf(seed: number, mode: Mode): FuzzOutcome {
  setSimdMode(mode);
  const example = fuzzCase(seed);
  const expected = runPlain({ ...example, source: inSinglePrecision(example.source) });
  let apart: number;
  let detail = '';
  try {
    apart = difference(run('webasm', example), expected);
  } catch (error) {
    apart = Number.POSITIVE_INFINITY;
    detail = (error as Error).message.split('\n')[0];
  }
  if (apart <= tolerance) {
    const alarms = seed % 4 === 0 ? alarmsOf(example) : [];
    return { seed, verdict: alarms.length > 0 ? 'false alarm' : 'agrees', detail: JSON.stringify(alarms) };
  }
  setSimdMode('off');
  try {
    const stock = difference(run('webasm', example), expected);
    return {
      seed,
      verdict: stock > tolerance ? 'gpu.js differs' : 'differs',
      detail: `${apart} ${detail} (gpu.js ${stock})`,
    };
  } catch (error) {
    return { seed, verdict: 'gpu.js refuses', detail: (error as Error).message.split('\n')[0] };
  } finally {
    setSimdMode('on');
  }
}

/** Tries the seeds first, first + 1, …; reports those that do not agree. */
export function fuzz(count: number, first: number, mode: Mode): { agreeing: number; others: FuzzOutcome[] } {
  const outcomes = Array.from({ length: count }, (_, i) => outcomeOf(first + i, mode));
  const others = outcomes.filter(({ verdict }) => verdict !== 'agrees');
  return { agreeing: count - others.length, others };
}

if (require.main === module) {
  const [count, seed] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 1)];
  const mode = (process.argv[4] ?? 'on') as Mode;
  const verdicts = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const outcome = outcomeOf(seed + i, mode);
    verdicts.set(outcome.verdict, (verdicts.get(outcome.verdict) ?? 0) + 1);
    if (outcome.verdict !== 'agrees') console.log(`seed ${outcome.seed}: ${outcome.verdict} ${outcome.detail}`);
    if ((i + 1) % 500 === 0 || i + 1 === count) console.log(`${i + 1} kernels:`, Object.fromEntries(verdicts));
  }
  process.exit(verdicts.has('differs') || verdicts.has('false alarm') ? 1 : 0);
}
