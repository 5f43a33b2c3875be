import { constants, crc32, deflateSync, inflateRawSync, inflateSync } from 'node:zlib';
import { InflateError } from './inflateError';

export { crc32 };

/** Compresses bytes (zlib, RFC 1950). @param level 0 (fast) to 9 (small). */
export function deflate(bytes: Uint8Array, level: number): Uint8Array {
  return deflateSync(bytes, { level });
}

/** How much comes of a stream: about, and at most. */
export interface InflateBounds {
  expected: number;
  most: number;
}

const optionsOf = ({ expected, most }: InflateBounds) => ({
  maxOutputLength: most,
  chunkSize: Math.max(1024, expected + 1),
});

/** Runs zlib so that what it refuses is an {@link InflateError}. */
function inflating(body: () => Uint8Array): Uint8Array {
  try {
    return body();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isShort = code === 'Z_BUF_ERROR' || /window size|too far back/.test(message);
    const fault = code === 'ERR_BUFFER_TOO_LARGE' ? 'long' : isShort ? 'short' : 'damaged';
    throw new InflateError(fault, message, { cause: error });
  }
}

/** Decompresses a stream of zlib (RFC 1950). What follows its end is left alone. @throws an {@link InflateError}. */
export function inflate(bytes: Uint8Array, bounds: InflateBounds): Uint8Array {
  return inflating(() => inflateSync(bytes, optionsOf(bounds)));
}

/** As much as there is of a stream of zlib, whatever it says of its window, and also where it is cut off. @throws an {@link InflateError}. */
export function inflatePart(bytes: Uint8Array, bounds: InflateBounds): Uint8Array {
  const options = { ...optionsOf(bounds), finishFlush: constants.Z_SYNC_FLUSH };
  return inflating(() => inflateRawSync(bytes.subarray(2), options));
}
