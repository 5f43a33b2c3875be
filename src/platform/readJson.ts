import { readAnyText, readText } from './textFile';

/**
 * What a file of JSON holds; nothing of it is checked yet.
 * @throws with the reason alone where the file is missing, too large, empty, not UTF-8 or not JSON.
 */
export function readJson(path: string, maxBytes: number): unknown {
  const text = readText(path, maxBytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`expected JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** A file of JSON, and what was odd about it. */
export interface LooseJson {
  content: unknown;
  odd: string[];
}

/** Text in quotes, which stays; what Python writes for numbers that are none; a comma behind the last entry. */
const looseParts = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b|,(?=\s*[\]}])/g;

/**
 * What a file of JSON holds, also where it has NaN and Infinity, which become null, or a comma behind the last entry of a list, and in the
 * encoding of its byte order mark.
 * @throws with the reason alone where the file is missing, too large, empty or not JSON.
 */
export function readLooseJson(path: string, maxBytes: number): LooseJson {
  const { text, odd } = readAnyText(path, maxBytes);
  const found = odd === null ? [] : [odd];
  try {
    return { content: JSON.parse(text), odd: found };
  } catch (error) {
    const strict = text.replace(looseParts, (part) => (part.startsWith('"') ? part : part === ',' ? '' : 'null'));
    try {
      return { content: JSON.parse(strict), odd: [...found, 'expected JSON, got NaN, Infinity or a comma too many'] };
    } catch {
      throw new Error(`expected JSON: ${(error as Error).message}`, { cause: error });
    }
  }
}
