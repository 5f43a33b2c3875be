import { type Command, InvalidArgumentError, Option } from 'commander';
import { isRecord } from '../checks/record';

import { augmentation } from '../data/augment';
import type { ImageSize } from '../shape/types';

/** How a command ended, as the shell sees it. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143, hungUp: 129 } as const;

/** A wish that cannot be met as it was said: the shell gets {@link exitCodes.usage}. */
export class UsageError extends Error {}

/** @throws where a command got words behind its name that it has no use for, such as the second half of a value in two. */
export function refuseArguments({ args, registeredArguments }: Command): void {
  if (args.length <= registeredArguments.length || registeredArguments.some(({ variadic }) => variadic)) return;
  const extra = args.slice(registeredArguments.length).join(' ');
  throw new UsageError(
    `expected options alone, got ${extra}; a value with a space in it stands in quotes, a size is 192x256`,
  );
}

/** Reads a path. An empty one, as an unset variable of the shell leaves it, would mean the folder that one is in. */
export function pathOf(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Expected a path, got an empty text.');
}

/** Reads `192x256`, height first, or one number for both. */
export function parseSize(text: string): ImageSize {
  const [, height, width = height] = /^(\d{1,5})(?:x(\d{1,5}))?$/i.exec(text) ?? [];
  if (![height, width].every((side) => Number(side) >= 1 && Number(side) <= 16384)) {
    throw new InvalidArgumentError('Expected HEIGHTxWIDTH in px, such as 192x256, at most 16384.');
  }
  return { height: Number(height), width: Number(width) };
}

/** Reads a whole number of at least `least`. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of ${least} or more.`);
  };
}

/** Reads a number in `[least, most]`; `above` leaves out `least` itself. */
export function number(least: number, most: number, { above = false } = {}): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= least && value <= most && !(above && value === least)) return value;
    const upper = Number.isFinite(most) ? ` and at most ${most}` : '';
    throw new InvalidArgumentError(`Expected a number ${above ? 'above' : 'of at least'} ${least}${upper}.`);
  };
}

/** The option that lets larger images in. */
export function maxPixelsOption(): Option {
  const text = 'most pixels that an image may have (67108864); 12 bytes of memory each, 3 in detect and segment';
  return new Option('--max-pixels <n>', text).argParser(number(1, 1e9));
}

/** Reads `a,b,c`. */
export function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim());
  if (list.every((name) => name !== '')) return list;
  throw new InvalidArgumentError('Expected names with commas between them.');
}

/** Reads a JSON object. */
export function jsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`Expected JSON: ${(error as Error).message}.`);
  }
  if (isRecord(value)) return value;
  throw new InvalidArgumentError('Expected a JSON object, such as {"width": 2}.');
}

/** Names of augmentations as the shell writes them, and as the library does. */
const augmentations = { flip: 'flip', 'flip-vertical': 'flipVertical', crop: 'crop', color: 'color' } as const;

/** Reads `flip=0.5,color=0.2`, or `none`. */
export function parseAugment(
  text: string,
): Partial<Record<(typeof augmentations)[keyof typeof augmentations], number>> {
  if (text === 'none') return {};
  const entries = text.split(',').map((part) => {
    const [, name, value] = /^([a-z-]+)=(\d*\.?\d+)$/.exec(part.trim()) ?? [];
    if (!Object.hasOwn(augmentations, name ?? '')) {
      throw new InvalidArgumentError(
        `Expected ${Object.keys(augmentations).join(', ')} with numbers, such as flip=0.5,color=0.2, or none.`,
      );
    }
    return [augmentations[name as keyof typeof augmentations], Number(value)] as const;
  });
  const options = Object.fromEntries(entries);
  try {
    augmentation(options);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message.replace(/^augmentation: e/, 'E')}.`);
  }
  return options;
}

/** `192×256`: height, then width. */
export function sizeText({ height, width }: ImageSize): string {
  return `${height}×${width}`;
}

/** `1 image`, `2 images`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
