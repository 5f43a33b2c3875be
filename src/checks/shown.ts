import { isNdarray } from './isNdarray';
import { isTensor } from './isTensor';
import { printable, shortened } from './printable';

/** Elements of a list, and names of an object, that an error still prints. */
const mostElements = 8;
const mostCharacters = 60;

/** Any value in a few words, as errors print what they got instead of what was expected. It never throws. */
export function shown(value: unknown): string {
  return shownWithin(value, 3);
}

function shownWithin(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return printable(JSON.stringify(shortened(value, mostCharacters)));
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return 'a symbol';
    case 'function':
      return value.name ? `the function ${printable(shortened(value.name, mostCharacters))}` : 'a function';
    case 'object':
      return value === null ? 'null' : shownObject(value, depth);
    default:
      return String(value);
  }
}

function shownObject(value: object, depth: number): string {
  if (isTensor(value)) return `a tensor [${value.shape.join(', ')}]`;
  if (isNdarray(value)) return `an ndarray [${value.shape.join(', ')}]`;
  if (Array.isArray(value)) return depth > 0 ? shownList(value, depth - 1) : '[…]';
  if (ArrayBuffer.isView(value) && 'length' in value) return `${kindOf(value)}(${value.length})`;
  if (value instanceof Promise) return 'a promise, which await turns into its result';
  const kind = kindOf(value);
  if (kind !== 'Object') return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
  const names = Object.keys(value);
  const more = names.length > mostElements ? ', …' : '';
  const listed = names.slice(0, mostElements).map((name) => printable(shortened(name, mostCharacters)));
  return names.length === 0 ? '{}' : `{ ${listed.join(', ')}${more} }`;
}

function shownList(list: readonly unknown[], depth: number): string {
  const more = list.length > mostElements ? ', …' : '';
  return `[${Array.from(list.slice(0, mostElements), (item) => shownWithin(item, depth)).join(', ')}${more}]`;
}

function kindOf(value: object): string {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? printable(shortened(name, mostCharacters)) : 'Object';
}

/** A word that was to be one of several; anything else as {@link shown} has it. */
export function shownWord(value: unknown): string {
  return typeof value === 'string' && /^[\w-]+$/.test(value) ? shortened(value, mostCharacters) : shown(value);
}
