import { Inflate, zlibSync } from 'fflate';
import type { InflateBounds } from '../compression';
import { concatBytes } from '../concatBytes';
import { InflateError } from '../inflateError';

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** CRC-32 as zlib has it. @param before that of the bytes before these. */
export function crc32(content: Uint8Array | string, before = 0): number {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  let sum = ~before;
  for (let i = 0; i < bytes.length; i++) sum = (sum >>> 8) ^ table[(sum ^ bytes[i]) & 255];
  return ~sum >>> 0;
}

export function deflate(bytes: Uint8Array, level: number): Uint8Array {
  return zlibSync(bytes, { level: level as 9 });
}

/** Compressed bytes that are looked at together: what comes of them is at most a thousand times as long. */
const piece = 2 ** 12;

/** What comes of a raw stream (RFC 1951), and whether its end was there. */
function inflateRaw(bytes: Uint8Array, most: number): { content: Uint8Array; isWhole: boolean } {
  const parts: Uint8Array[] = [];
  let size = 0;
  let isWhole = false;
  const stream = new Inflate((part) => {
    parts.push(part);
    size += part.length;
  });
  try {
    for (let at = 0; at < bytes.length; at += piece) {
      stream.push(bytes.subarray(at, at + piece));
      if (size > most) throw new InflateError('long', `more than ${most} bytes`);
    }
    stream.push(new Uint8Array(0), true);
    isWhole = true;
  } catch (error) {
    if (error instanceof InflateError) throw error;
    const { message } = error as Error;
    if (!/unexpected EOF|too far back|invalid distance/.test(message)) {
      throw new InflateError('damaged', message, { cause: error });
    }
  }
  return { content: concatBytes(parts), isWhole };
}

/** As in Node, but for the checksum of the content, which is not looked at: a PNG has others. */
export function inflate(bytes: Uint8Array, { most }: InflateBounds): Uint8Array {
  if (bytes.length < 2 || (bytes[0] & 15) !== 8 || ((bytes[0] << 8) | bytes[1]) % 31 !== 0) {
    throw new InflateError('damaged', 'incorrect header check');
  }
  const { content, isWhole } = inflateRaw(bytes.subarray(2), most);
  if (!isWhole) throw new InflateError('short', 'unexpected end of file');
  return content;
}

export function inflatePart(bytes: Uint8Array, { most }: InflateBounds): Uint8Array {
  return inflateRaw(bytes.subarray(2), most).content;
}
