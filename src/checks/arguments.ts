import { isNdarray } from './isNdarray';
import { isTensor } from './isTensor';
import { shown } from './shown';

/** Throws unless an argument is a tensor. */
export function checkTensor(caller: string, name: string, value: unknown): void {
  if (isTensor(value)) return;
  const isNumbers = typeof value === 'number' || Array.isArray(value) || ArrayBuffer.isView(value) || isNdarray(value);
  const advice = isNumbers ? '; tensor(…) makes one' : '';
  throw new Error(`${caller}: expected ${name} to be a tensor, got ${shown(value)}${advice}`);
}

/** Throws unless all these arguments, by their names, are tensors. */
export function checkTensors(caller: string, operands: Readonly<Record<string, unknown>>): void {
  for (const name in operands) if (!isTensor(operands[name])) checkTensor(caller, name, operands[name]);
}

/** Throws unless an argument is a list of tensors. */
export function checkTensorList(caller: string, name: string, value: unknown): void {
  checkList(caller, name, value, 'tensors');
  const list = value as unknown[];
  for (let i = 0; i < list.length; i++) if (!isTensor(list[i])) checkTensor(caller, `${name}[${i}]`, list[i]);
}

/** Throws unless an argument is an array; `of` says of what, in the plural. */
export function checkList(caller: string, name: string, value: unknown, of: string): void {
  if (!Array.isArray(value)) throw new Error(`${caller}: expected ${name} to be a list of ${of}, got ${shown(value)}`);
}

/** Throws unless an argument is a function; `such` shows one. */
export function checkFunction(caller: string, name: string, value: unknown, such = '(…) => …'): void {
  if (typeof value !== 'function') {
    throw new Error(`${caller}: expected ${name} to be a function such as ${such}, got ${shown(value)}`);
  }
}

/** Throws unless an argument is a source of random numbers. */
export function checkRandom(caller: string, value: unknown): void {
  const has = (name: string) => typeof (value as Record<string, unknown>)[name] === 'function';
  if (typeof value === 'object' && value !== null && ['uniform', 'normal', 'integer', 'shuffle'].every(has)) return;
  throw new Error(`${caller}: expected random to be a source such as createRandom(1), got ${shown(value)}`);
}
