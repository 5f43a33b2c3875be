import { BitReader } from './bitReader';
import type { HuffmanTable } from './huffman';
import type { JpegComponent, JpegFile, JpegScan } from './jpegFile';
import { zigzag } from './tables';

// The Huffman coder of coefficients, sequential and progressive. ITU-T T.81 (ISO/IEC 10918-1), F.2.2 and G.1.2.

/** Coefficients of a component, 64 a block, blocks row by row. */
export type Coefficients = Int16Array;

/** Blocks of a component in a row and in a column, the padding of the last units included. */
export function blocksOf({ stored, most }: JpegFile, { across, down }: JpegComponent): { wide: number; high: number } {
  const units = (side: number, factor: number) => Math.ceil(side / (8 * factor));
  return { wide: units(stored.width, most.across) * across, high: units(stored.height, most.down) * down };
}

/** Decodes the coefficients of one block into `values[at]` … `values[at + 63]`. */
type BlockDecoder = (values: Coefficients, at: number, part: number) => void;

/** Decodes a scan, a row of units after the other. */
export class ScanDecoder {
  /** Rows of units. */
  readonly rows: number;
  private readonly reader: BitReader;
  /** The last mean of each part: the next is told as a difference. */
  private readonly means: Int32Array;
  /** Blocks that hold nothing more in this band. */
  private emptyBlocks = 0;
  private unitsLeft: number;
  private restarts = 0;
  private overrun = 0;
  private readonly decodeBlock: BlockDecoder;
  private readonly wide: number[];

  constructor(
    bytes: Uint8Array,
    private readonly file: JpegFile,
    private readonly scan: JpegScan,
  ) {
    const { parts, first, high, interval } = scan;
    this.reader = new BitReader(bytes, scan.start, scan.end);
    this.means = new Int32Array(parts.length);
    this.unitsLeft = interval;
    this.wide = parts.map(({ component }) => blocksOf(file, file.components[component]).wide);
    const [only] = parts.map(({ component }) => file.components[component]);
    // A unit of several components is as large as all their blocks together; that of one is a block, and there is no padding.
    this.rows =
      parts.length === 1 ? Math.ceil(only.size.height / 8) : Math.ceil(file.stored.height / (8 * file.most.down));
    if (!file.progressive) this.decodeBlock = this.sequential;
    else if (first === 0) this.decodeBlock = high === 0 ? this.firstMean : this.refinedMean;
    else this.decodeBlock = high === 0 ? this.firstBand : this.refinedBand;
  }

  /**
   * Decodes the next row of units.
   * @param targets by component: where its blocks go. @param skipped by component: rows of blocks above those that a target holds.
   * @throws with the reason alone where the data are no code, or end.
   */
  decodeRow(row: number, targets: readonly Coefficients[], skipped: readonly number[]): void {
    const { parts } = this.scan;
    const { components, stored, most } = this.file;
    if (parts.length === 1) {
      const [{ component }] = parts;
      const blocks = Math.ceil(components[component].size.width / 8);
      const start = (row - skipped[component]) * this.wide[0];
      for (let x = 0; x < blocks; x++) {
        this.beginUnit();
        this.decodeBlock(targets[component], (start + x) * 64, 0);
        this.endUnit();
      }
      return;
    }
    const units = Math.ceil(stored.width / (8 * most.across));
    for (let unit = 0; unit < units; unit++) {
      this.beginUnit();
      for (let part = 0; part < parts.length; part++) {
        const { component } = parts[part];
        const { across, down } = components[component];
        for (let y = 0; y < down; y++) {
          const start = (row * down + y - skipped[component]) * this.wide[part] + unit * across;
          for (let x = 0; x < across; x++) this.decodeBlock(targets[component], (start + x) * 64, part);
        }
      }
      this.endUnit();
    }
  }

  private beginUnit(): void {
    if (this.scan.interval === 0) return;
    if (this.unitsLeft === 0) {
      this.reader.restart(this.restarts++ & 7);
      this.means.fill(0);
      this.emptyBlocks = 0;
      this.overrun = 0;
      this.unitsLeft = this.scan.interval;
    }
    this.unitsLeft--;
  }

  private endUnit(): void {
    const { overrun } = this.reader;
    if (overrun === this.overrun) return;
    // The last unit may lack some bits, as libjpeg takes it; beyond it, the image itself is missing.
    if (this.overrun > 0) throw new Error('its data end before the image does');
    this.overrun = overrun;
  }

  private mean(part: number, code: HuffmanTable): number {
    const bits = this.reader.symbol(code);
    if (bits > 15) throw new Error(`a mean of ${bits} bits`);
    this.means[part] += this.reader.signed(bits);
    return this.means[part];
  }

  private sequential(values: Coefficients, at: number, part: number): void {
    const { reader } = this;
    const { dc, ac } = this.scan.parts[part];
    values[at] = this.mean(part, dc);
    for (let k = 1; k < 64; k++) {
      const both = reader.symbol(ac);
      const bits = both & 15;
      const zeros = both >> 4;
      if (bits === 0) {
        if (zeros < 15) return;
        k += 15;
        continue;
      }
      k += zeros;
      if (k > 63) throw new Error('a block of more than 64 coefficients');
      values[at + zigzag[k]] = reader.signed(bits);
    }
  }

  private firstMean(values: Coefficients, at: number, part: number): void {
    values[at] = this.mean(part, this.scan.parts[part].dc) << this.scan.low;
  }

  private refinedMean(values: Coefficients, at: number): void {
    if (this.reader.number(1)) values[at] |= 1 << this.scan.low;
  }

  private firstBand(values: Coefficients, at: number): void {
    if (this.emptyBlocks > 0) {
      this.emptyBlocks--;
      return;
    }
    const { reader } = this;
    const { first, last, low, parts } = this.scan;
    const { ac } = parts[0];
    for (let k = first; k <= last; k++) {
      const both = reader.symbol(ac);
      const bits = both & 15;
      const zeros = both >> 4;
      if (bits === 0) {
        if (zeros < 15) {
          // This block ends, and so do 2^zeros − 1 and some more.
          this.emptyBlocks = (1 << zeros) + reader.number(zeros) - 1;
          return;
        }
        k += 15;
        continue;
      }
      k += zeros;
      if (k > 63) throw new Error('a block of more than 64 coefficients');
      values[at + zigzag[k]] = reader.signed(bits) << low;
    }
  }

  private refinedBand(values: Coefficients, at: number): void {
    const { reader } = this;
    const { first, last, low, parts } = this.scan;
    const { ac } = parts[0];
    const bit = 1 << low;
    let k = first;
    if (this.emptyBlocks === 0) {
      for (; k <= last; k++) {
        const both = reader.symbol(ac);
        let zeros = both >> 4;
        let value = 0;
        if ((both & 15) !== 0) value = reader.number(1) ? bit : -bit;
        else if (zeros < 15) {
          this.emptyBlocks = (1 << zeros) + reader.number(zeros);
          break;
        }
        // Over the zeros, and over what earlier scans told, which gets a bit on the way.
        for (; k <= last; k++) {
          const place = at + zigzag[k];
          if (values[place] !== 0) this.refine(values, place, bit);
          else if (zeros-- === 0) break;
        }
        if (value !== 0) {
          if (k > last) throw new Error('a block of more than 64 coefficients');
          values[at + zigzag[k]] = value;
        }
      }
    }
    if (this.emptyBlocks === 0) return;
    for (; k <= last; k++) {
      const place = at + zigzag[k];
      if (values[place] !== 0) this.refine(values, place, bit);
    }
    this.emptyBlocks--;
  }

  private refine(values: Coefficients, place: number, bit: number): void {
    if (!this.reader.number(1) || (values[place] & bit) !== 0) return;
    values[place] += values[place] > 0 ? bit : -bit;
  }
}
