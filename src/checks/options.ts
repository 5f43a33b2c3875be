import { checkFunction, checkRandom, checkTensor } from './arguments';
import { isNdarray } from './isNdarray';
import { isTensor } from './isTensor';
import { shown, shownWord } from './shown';

/**
 * What an option is to be where it is given: true or false (`flag`), a finite number, a text, a list of texts, a tensor, a function, an
 * object of names (`record`), or one of some words. A source of random numbers has to be given. The caller checks `any`.
 */
export type OptionKind =
  | 'any'
  | 'flag'
  | 'number'
  | 'text'
  | 'texts'
  | 'tensor'
  | 'function'
  | 'random'
  | 'record'
  | readonly string[];

/** One kind for each option that there is. */
export type OptionKinds<Options> = { readonly [Name in keyof Required<Options>]: OptionKind };

/**
 * Throws unless options are an object that holds nothing but known names, each of its kind: not a number in their place, as in
 * `conv2d(x, weight, 2)`, and not `strides` for `stride`.
 * @returns the options as they are.
 */
export function checkOptions<Options extends object>(
  caller: string,
  options: Options,
  kinds: OptionKinds<Options>,
): Options {
  if (!isOptions(options)) {
    const [first] = Object.keys(kinds);
    const example = typeof options === 'number' || typeof options === 'string' ? shown(options) : '…';
    throw new Error(`${caller}: expected options as { ${first}: ${example} }, got ${shown(options)}`);
  }
  // One walk over what is given: every operation of a training step comes by here.
  for (const name in options) {
    if (!Object.hasOwn(kinds, name)) {
      throw new Error(`${caller}: expected options among ${Object.keys(kinds).join(', ')}, got ${shownWord(name)}`);
    }
    const kind = kinds[name as keyof Options];
    if (kind !== 'any' && options[name] !== undefined) checkOption(caller, name, options[name], kind);
  }
  const { random } = kinds as OptionKinds<{ random: unknown }>;
  if (random === 'random') checkRandom(caller, (options as { random?: unknown }).random);
  return options;
}

function isOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // Most are written where they are given: neither a tensor nor any other array looks like that.
  if (Object.getPrototypeOf(value) === Object.prototype) return true;
  const isArray = Array.isArray(value) || isTensor(value) || isNdarray(value) || ArrayBuffer.isView(value);
  return !isArray && typeof (value as { then?: unknown }).then !== 'function';
}

/** Throws unless the value of an option, or of an argument, is of this kind. */
export function checkOption(caller: string, name: string, value: unknown, kind: OptionKind): void {
  const refuse = (expected: string, got = shown(value)) => {
    throw new Error(`${caller}: expected ${name} ${expected}, got ${got}`);
  };
  if (typeof kind === 'object') {
    if (!kind.includes(value as string)) refuse(listed(kind), shownWord(value));
  } else if (kind === 'flag') {
    if (typeof value !== 'boolean') refuse('to be true or false');
  } else if (kind === 'number') {
    if (!Number.isFinite(value)) refuse('to be a finite number');
  } else if (kind === 'text') {
    if (typeof value !== 'string') refuse('to be a text');
  } else if (kind === 'texts') {
    if (!Array.isArray(value) || !isEvery(value, 'string')) refuse('to be a list of texts');
  } else if (kind === 'record') {
    if (!isOptions(value)) refuse('to be an object of names');
  } else if (kind === 'tensor') checkTensor(caller, name, value);
  else if (kind === 'function') checkFunction(caller, name, value);
  else if (kind === 'random') checkRandom(caller, value);
}

/** Whether all items of a list are of a type; `every` would pass over holes. */
function isEvery(list: readonly unknown[], type: string): boolean {
  for (const item of list) if (typeof item !== type) return false;
  return true;
}

/** Words as errors list them: `a, b or c`. */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
