import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isNdarray } from '../../src/checks/isNdarray';
import * as detseg from '../../src/index';
import type { KernelCall, Value } from '../../src/tensor/graph';

/** A call that succeeds, of which wrong ones are made: each argument, each option and each first element of a list in its turn. */
export interface Call {
  /** The export, or a class and its method: `conv2d`, `Conv2d` (its constructor), `Conv2d.forward`. */
  name: string;
  /** The arguments, made anew for every call. An object of options names every option there is. */
  args: () => unknown[];
  /** Whose method it is. */
  on?: () => object;
  /** What has to be there before it, such as a file. */
  before?: () => Promise<unknown>;
  /** What is done with the result, such as a layer's forward pass; it may refuse, too. */
  after?: (result: any) => unknown;
  /** Places of numbers that are computed with (`0`, `2.weights`): NaN among them may come out again. Tensors and ndarrays always are. */
  data?: readonly string[];
  /** Places of objects that are no options, such as `{ boxes, images }`: what they hold beside that is ignored. */
  records?: readonly string[];
  /** Other names that its errors begin with, such as that of a function whose work it is. */
  says?: readonly string[];
}

type Outcome = { kind: 'returned'; result: unknown } | { kind: 'sentence' | 'raw'; message: string };

class Stranger {
  readonly secret = 1;
}

/** What people pass by mistake, and worse. */
export const wrongValues: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  '-1': () => -1,
  '0': () => 0,
  '1.5': () => 1.5,
  '7': () => 7,
  '1e9': () => 1e9,
  '10n': () => 10n,
  "''": () => '',
  "'abc'": () => 'abc',
  true: () => true,
  '{}': () => ({}),
  '[]': () => [],
  '[[]]': () => [[]],
  '[NaN]': () => [Number.NaN],
  "['a', null]": () => ['a', null],
  'a function of nothing': () => () => undefined,
  'a symbol': () => Symbol('wrong'),
  'an object without prototype': () => Object.create(null),
  'an instance of another class': () => new Stranger(),
  'a promise': () => Promise.resolve(1),
  'Float32Array(3)': () => new Float32Array(3),
  'a tensor []': () => detseg.tensor(1),
  'a tensor [0]': () => detseg.tensor([]),
  'a tensor [1, 1, 1, 1, 1, 2]': () => detseg.tensor([[[[[[1, 2]]]]]]),
  'an ndarray [3, 5]': () => ndarray(new Float32Array(15), [3, 5]),
  'an ndarray [0]': () => ndarray(new Float32Array(0), [0]),
};

const engineErrors = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError];
const rawText =
  /is not a function|Cannot (read|set|destructure|convert|mix)|is not iterable|undefined \(|Invalid (array|typed array) length|not a constructor|Maximum call stack|is not defined|is not an object|allocation failed|object null/i;

function describeError(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: 'raw', message: `threw no Error: ${typeof error}` };
  const raw = engineErrors.some((Kind) => error instanceof Kind) || rawText.test(error.message);
  return { kind: raw ? 'raw' : 'sentence', message: error.message };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Runs one kernel as the plain function that it is: thousands of small calls do not wait for a compiler. */
function launch({ kernel, grid, constants, scalars }: KernelCall, inputs: Float32Array[]): Float32Array {
  const [width, height = 1, depth = 1] = grid;
  const results = new Float32Array(width * height * depth);
  const run = kernel as (...list: unknown[]) => number;
  const all = { ...constants, ...scalars };
  for (let i = 0; i < results.length; i++) {
    const thread = { x: i % width, y: Math.floor(i / width) % height, z: Math.floor(i / (width * height)) };
    results[i] = run.call({ thread, constants: all }, ...inputs);
  }
  return results;
}

/** Makes a recorded value known, with all that it depends on. */
function compute(value: Value): Float32Array {
  if (value.data) return value.data;
  const { call, decision } = value;
  if (call) {
    value.data = launch(call, call.inputs.map(compute));
    value.call = null;
  } else {
    const results = decision!.compute(decision!.inputs.map(compute));
    for (const [i, output] of decision!.outputs.entries()) Object.assign(output, { data: results[i], decision: null });
  }
  return value.data!;
}

/** Everything in a result that can be looked at: tensors computed, functions called, numbers of all kinds. */
function numbersOf(result: unknown, depth = 0): ArrayLike<number>[] {
  if (depth > 3) return [];
  if (typeof result === 'number') return [[result]];
  if (result instanceof detseg.Tensor) return [compute(result.value)];
  if (result instanceof detseg.Module) return numbersOf(result.parameters(), depth);
  if (ArrayBuffer.isView(result)) return [result as unknown as ArrayLike<number>];
  if (isNdarray(result)) return [Array.from(result.data as ArrayLike<number>)];
  const inner: unknown[] = Array.isArray(result) ? result : isPlain(result) ? Object.values(result) : [];
  return inner.flatMap((part) => numbersOf(part, depth + 1));
}

/** Makes the call and what follows it, and computes whatever it returned. */
export async function outcomeOf(
  call: Call,
  args: readonly unknown[],
): Promise<Outcome & { numbers?: ArrayLike<number>[] }> {
  try {
    const result = await invoke(call, args);
    const later = call.after ? await call.after(result) : undefined;
    return { kind: 'returned', result, numbers: numbersOf([result, later]) };
  } catch (error) {
    return describeError(error);
  }
}

function invoke({ name, on }: Call, args: readonly unknown[]): unknown {
  const [owner, method] = name.split('.');
  const exported = (detseg as unknown as Record<string, any>)[owner];
  if (method) {
    const object = on!() as Record<string, (...list: unknown[]) => unknown>;
    return object[method](...args);
  }
  return /^[A-Z]/.test(owner) ? new exported(...args) : exported(...args);
}

interface Place {
  path: string;
  value: unknown;
}

/** Every argument, every option of an object, and the first element of every list. */
function placesIn(value: unknown, path = ''): Place[] {
  const isList = Array.isArray(value);
  const entries: [string, unknown][] = isList
    ? [...value.entries()].filter(([i]) => path === '' || i === 0).map(([i, inner]) => [String(i), inner])
    : isPlain(value)
      ? Object.entries(value)
      : [];
  if (path.split('.').length > 3) return [];
  return entries.flatMap(([key, inner]) => {
    const place = path === '' ? key : `${path}.${key}`;
    return [{ path: place, value: inner }, ...placesIn(inner, place)];
  });
}

function replaced(value: unknown, path: readonly string[], wrong: unknown): unknown {
  if (path.length === 0) return wrong;
  const [key, ...rest] = path;
  const copy: any = Array.isArray(value) ? [...value] : { ...(value as object) };
  copy[key] = replaced(copy[key], rest, wrong);
  return copy;
}

const holdsNumbersOnly = (value: unknown): boolean =>
  typeof value === 'number' || (Array.isArray(value) && value.every(holdsNumbersOnly));

/** What is wrong with how a call answers to one wrong value; null where all is well. */
async function complaint(call: Call, { path, value }: Place, name: string): Promise<string | null> {
  const args = replaced(call.args(), path.split('.'), wrongValues[name]()) as unknown[];
  const outcome = await outcomeOf(call, args);
  const where = `${call.name}, argument ${path} = ${name}`;
  if (outcome.kind === 'raw') return `${where}: ${outcome.message}`;
  if (outcome.kind === 'sentence')
    return speaks(call, outcome.message) ? null : `${where}: speaks as ${outcome.message}`;
  const isOptions = isPlain(value) && !path.includes('.') && !call.records?.includes(path);
  const objects = ['undefined', '{}', 'an object without prototype'];
  if (isOptions && !objects.includes(name)) return `${where}: accepted in the place of options`;
  const isSetting = holdsNumbersOnly(value) && !call.data?.some((data) => path === data || path.startsWith(`${data}.`));
  if (isSetting && /NaN|Infinity/.test(name)) {
    const wrong = outcome.numbers!.some((list) => Array.from(list).some((number) => !Number.isFinite(number)));
    if (wrong) return `${where}: gave numbers that are not finite`;
  }
  return null;
}

function speaks({ name, says = [] }: Call, message: string): boolean {
  const [owner] = name.split('.');
  // A layer's forward pass is that of the operation: Conv2d's errors may be conv2d's.
  const operation = owner.charAt(0).toLowerCase() + owner.slice(1);
  return [name, ...name.split('.'), operation, ...says].some((speaker) => message.startsWith(`${speaker}: `));
}

/** Whether a name that no option has is refused. */
async function unknownOptions(call: Call): Promise<string[]> {
  const found: string[] = [];
  for (const [i, value] of call.args().entries()) {
    if (!isPlain(value) || call.records?.includes(String(i))) continue;
    const outcome = await outcomeOf(call, replaced(call.args(), [String(i), 'unheardOf'], 1) as unknown[]);
    if (outcome.kind !== 'sentence') found.push(`${call.name}, argument ${i}: an unknown option was ${outcome.kind}`);
  }
  return found;
}

/** All complaints about one call: none where it succeeds as it is, and refuses in words what is wrong. */
export async function complaintsAbout(call: Call): Promise<string[]> {
  await call.before?.();
  const right = await outcomeOf(call, call.args());
  if (right.kind !== 'returned') return [`${call.name} as the table has it: ${right.message}`];
  const found = await unknownOptions(call);
  for (const place of placesIn(call.args())) {
    for (const name in wrongValues) {
      const text = await complaint(call, place, name);
      if (text) found.push(text);
    }
  }
  return found;
}

/** One test for each call of a room. */
export function testWrongCalls(room: string, calls: readonly Call[]): void {
  const test = suite(`wrong calls of ${room}`);
  test.before(() => detseg.useDevice('cpu').then(() => undefined));
  for (const call of calls) {
    test(call.name, async () => assert.equal(await complaintsAbout(call), []));
  }
  test.run();
}
