import { shortened } from '../checks/printable';
import { isRecord } from '../checks/record';
import { quoted } from '../platform/textFile';

/** Checks one option that came from a file; returns it, typed. @throws naming what was expected. */
export type OptionCheck = (value: unknown) => unknown;

/** A number in `[least, most]`. */
export function numberIn(least: number, most: number): OptionCheck {
  return (value) => {
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw new Error(`expected a number from ${least} to ${most}, got ${quoted(value)}`);
  };
}

/** A whole number in `[least, most]`. */
export function wholeIn(least: number, most: number): OptionCheck {
  return (value) => {
    if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value;
    throw new Error(`expected a whole number from ${least} to ${most}, got ${quoted(value)}`);
  };
}

/** A list of `least` to `most` entries. */
export function listOf(check: OptionCheck, { least = 1, most }: { least?: number; most: number }): OptionCheck {
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      const counts = least === most ? `${least}` : `${least} to ${most}`;
      throw new Error(`expected a list of ${counts} entries, got ${quoted(value)}`);
    }
    return value.map((entry, i) => {
      try {
        return check(entry);
      } catch (error) {
        throw new Error(`entry ${i}: ${(error as Error).message}`, { cause: error });
      }
    });
  };
}

/** An object of options, none of which must be there unless `required`. */
export function recordOf(checks: Record<string, OptionCheck>, required: readonly string[] = []): OptionCheck {
  return (value) => {
    if (!isRecord(value)) throw new Error(`expected an object, got ${quoted(value)}`);
    for (const name of required) {
      if (!Object.hasOwn(value, name) || value[name] === undefined) throw new Error(`expected ${name}, found none`);
    }
    const given = Object.entries(value).filter(([, entry]) => entry !== undefined);
    const entries = given.map(([name, entry]) => {
      if (!Object.hasOwn(checks, name)) {
        throw new Error(`expected options among ${Object.keys(checks).join(', ')}, got ${shortened(name, 60)}`);
      }
      try {
        return [name, checks[name](entry)] as const;
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
    });
    return Object.fromEntries(entries);
  };
}

/** A text of 1 to 200 characters. */
export const shortText: OptionCheck = (value) => {
  if (typeof value === 'string' && value.length >= 1 && value.length <= 200) return value;
  throw new Error(`expected a text of 1 to 200 characters, got ${quoted(value)}`);
};

/** Yes or no. */
export const flag: OptionCheck = (value) => {
  if (typeof value === 'boolean') return value;
  throw new Error(`expected true or false, got ${quoted(value)}`);
};

/** One of a few words. */
export function oneOf(...words: readonly string[]): OptionCheck {
  return (value) => {
    if (words.includes(value as string)) return value;
    throw new Error(`expected ${words.join(' or ')}, got ${quoted(value)}`);
  };
}
