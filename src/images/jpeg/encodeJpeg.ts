import type { Pixels } from '../pixels';
import { forwardDct } from './forwardDct';
import { huffmanCodes } from './huffman';
import { type HuffmanCode, standardCodes, standardSteps, zigzag } from './tables';

// Baseline JPEG: gray or YCbCr, with the quantization and the codes of ITU-T T.81, annex K. Every sample is rounded as libjpeg rounds it.

/** Bytes that grow. */
class ByteWriter {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;
  /** Bits that do not make a byte yet. */
  private bits = 0;
  private held = 0;

  private room(): void {
    if (this.length + 8 <= this.bytes.length) return;
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
  }

  /** A marker, and a segment behind it where there is one. */
  segment(code: number, content?: ArrayLike<number>): void {
    const length = content ? content.length + 2 : 0;
    const head = content ? [0xff, code, length >> 8, length & 255] : [0xff, code];
    for (const byte of [...head, ...Array.from(content ?? [])]) {
      this.room();
      this.bytes[this.length++] = byte;
    }
  }

  /** Entropy-coded bits, at most 16; behind a byte 0xFF a 0 is put. */
  put(value: number, count: number): void {
    this.bits = (this.bits << count) | value;
    this.held += count;
    this.room();
    while (this.held >= 8) {
      const byte = (this.bits >>> (this.held - 8)) & 255;
      this.bytes[this.length++] = byte;
      if (byte === 255) this.bytes[this.length++] = 0;
      this.held -= 8;
    }
  }

  /** Fills the last byte with ones. */
  flush(): void {
    if (this.held > 0) this.put((1 << (8 - this.held)) - 1, 8 - this.held);
  }

  finished(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** Steps of coefficients at a quality 1–100, row by row. libjpeg, jcparam.c, jpeg_quality_scaling. */
function stepsOf(standard: Uint8Array, quality: number): Uint8Array {
  const percent = Math.floor(quality < 50 ? 5000 / quality : 200 - 2 * quality);
  return standard.map((step) => Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))));
}

/** Bits of a number's magnitude. */
const bitsOf = (value: number) => 32 - Math.clz32(value < 0 ? -value : value);

type Codes = ReturnType<typeof huffmanCodes>;

/** Quantizes and writes the blocks of one component. */
class BlockWriter {
  private mean = 0;
  private readonly values = new Int32Array(64);
  /** Steps in zigzags, eight times as large, as the coefficients are. */
  private readonly steps: Int32Array;
  private readonly dc: Codes;
  private readonly ac: Codes;

  constructor(
    private readonly writer: ByteWriter,
    steps: Uint8Array,
    codes: { dc: HuffmanCode; ac: HuffmanCode },
  ) {
    this.steps = Int32Array.from(zigzag, (place) => steps[place] << 3);
    this.dc = huffmanCodes(codes.dc);
    this.ac = huffmanCodes(codes.ac);
  }

  /** @param block eight times the coefficients. ITU-T T.81, F.1.2. */
  write(block: Int32Array): void {
    const { writer, values, steps, dc, ac } = this;
    let last = 0;
    for (let k = 0; k < 64; k++) {
      const value = block[zigzag[k]];
      const step = steps[k];
      const rounded = (value < 0 ? -value : value) + (step >> 1);
      // Most coefficients are 0, and dividing takes long.
      if (rounded < step) values[k] = 0;
      else {
        const size = (rounded / step) | 0;
        values[k] = value < 0 ? -size : size;
        last = k;
      }
    }
    const difference = values[0] - this.mean;
    this.mean = values[0];
    const bits = bitsOf(difference);
    writer.put(dc.codes[bits], dc.lengths[bits]);
    this.magnitude(difference, bits);
    let zeros = 0;
    for (let k = 1; k <= last; k++) {
      const value = values[k];
      if (value === 0) {
        zeros++;
        continue;
      }
      for (; zeros > 15; zeros -= 16) writer.put(ac.codes[0xf0], ac.lengths[0xf0]);
      const size = bitsOf(value);
      const symbol = (zeros << 4) | size;
      writer.put(ac.codes[symbol], ac.lengths[symbol]);
      this.magnitude(value, size);
      zeros = 0;
    }
    if (last < 63) writer.put(ac.codes[0], ac.lengths[0]);
  }

  /** A number within those of its length, negative ones first. */
  private magnitude(value: number, bits: number): void {
    if (bits > 0) this.writer.put((value < 0 ? value - 1 : value) & ((1 << bits) - 1), bits);
  }
}

/** Samples of some rows of a component, less 128; whole blocks wide. */
interface Plane {
  samples: Int16Array;
  stride: number;
}

/** Fills planes with rows from y on, beyond the border of the image with its last column and row. */
function fillPlanes(planes: readonly Plane[], { height, width, channels, data }: Pixels, y: number): void {
  const [{ samples: luma, stride }] = planes;
  const rows = luma.length / stride;
  for (let row = 0; row < rows; row++) {
    const start = Math.min(height - 1, y + row) * width * channels;
    const place = row * stride;
    if (channels === 1) for (let x = 0; x < width; x++) luma[place + x] = data[start + x] - 128;
    else {
      // ITU-T T.871, section 7, in libjpeg's fixed point (jccolor.c).
      const [, { samples: cb }, { samples: cr }] = planes;
      for (let x = 0, at = start; x < width; x++, at += 3) {
        const red = data[at];
        const green = data[at + 1];
        const blue = data[at + 2];
        luma[place + x] = ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16) - 128;
        cb[place + x] = (-11059 * red - 21709 * green + 32768 * blue + 32767) >> 16;
        cr[place + x] = (32768 * red - 27439 * green - 5329 * blue + 32767) >> 16;
      }
    }
    for (const { samples } of planes) samples.fill(samples[place + width - 1], place + width, place + stride);
  }
}

/** Means of 2 × 2 samples, rounded up and down by turns (jcsample.c). @param rows those of the image, the rest is the last of them. */
function halve({ samples, stride }: Plane, target: Plane, rows: number): void {
  for (let y = 0; y < 8; y++) {
    const place = y * target.stride;
    if (y > 0 && 2 * y >= rows) {
      target.samples.copyWithin(place, place - target.stride, place);
      continue;
    }
    for (let x = 0; x < target.stride; x++) {
      const at = 2 * y * stride + 2 * x;
      const sum = samples[at] + samples[at + 1] + samples[at + stride] + samples[at + stride + 1];
      target.samples[place + x] = (sum + 1 + (x & 1)) >> 2;
    }
  }
}

/**
 * The JPEG file of bytes that have been checked already: one channel is gray, three are colors.
 * @param options quality 1–100; subsampled: whether colors are stored at half the resolution.
 */
export function jpegOfPixels(
  pixels: Pixels,
  { quality, subsampled = false }: { quality: number; subsampled?: boolean },
): Uint8Array {
  const { height, width, channels } = pixels;
  const parts = Array.from({ length: channels }, (_, part) => part);
  // Blocks of lightness along a side of a unit; there is one of each color.
  const factor = subsampled && channels === 3 ? 2 : 1;
  const tables = [standardSteps.luma, standardSteps.chroma].map((standard) => stepsOf(standard, quality));
  const writer = new ByteWriter();
  writer.segment(0xd8);
  writer.segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  const kinds = channels === 1 ? [0] : [0, 1];
  for (const kind of kinds) writer.segment(0xdb, [kind, ...Array.from(zigzag, (place) => tables[kind][place])]);
  const frame = parts.flatMap((part) => [part + 1, part === 0 ? 0x11 * factor : 0x11, Math.min(part, 1)]);
  writer.segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, channels, ...frame]);
  for (const kind of kinds) {
    for (const [number, code] of [standardCodes.dc[kind], standardCodes.ac[kind]].entries()) {
      writer.segment(0xc4, [(number << 4) | kind, ...code.counts, ...code.symbols]);
    }
  }
  const scan = parts.flatMap((part) => [part + 1, 0x11 * Math.min(part, 1)]);
  writer.segment(0xda, [channels, ...scan, 0, 63, 0]);

  const writers = parts.map((part) => {
    const kind = Math.min(part, 1);
    return new BlockWriter(writer, tables[kind], { dc: standardCodes.dc[kind], ac: standardCodes.ac[kind] });
  });
  const unit = 8 * factor;
  const units = Math.ceil(width / unit);
  const planeOf = (stride: number, rows: number) => ({ samples: new Int16Array(stride * rows), stride });
  const planes = parts.map(() => planeOf(units * unit, unit));
  const stored = planes.map((plane, part) => (part > 0 && factor === 2 ? planeOf(units * 8, 8) : plane));
  const block = new Int32Array(64);
  const write = (part: number, x: number, y: number) => {
    const { samples, stride } = stored[part];
    for (let i = 0; i < 64; i++) block[i] = samples[(y + (i >> 3)) * stride + x + (i & 7)];
    forwardDct(block);
    writers[part].write(block);
  };
  for (let y = 0; y < height; y += unit) {
    fillPlanes(planes, pixels, y);
    for (const part of parts) if (stored[part] !== planes[part]) halve(planes[part], stored[part], height - y);
    for (let x = 0; x < units; x++) {
      for (const part of parts) {
        const side = part === 0 ? factor : 1;
        for (let i = 0; i < side * side; i++) write(part, 8 * (x * side + (i % side)), 8 * Math.floor(i / side));
      }
    }
  }
  writer.flush();
  writer.segment(0xd9);
  return writer.finished();
}
