import { readText } from './textFile';

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
