import { inverseDct } from './inverseDct';
import { isOnePass, type JpegFile } from './jpegFile';
import { rowColors } from './rowColors';
import { blocksOf, type Coefficients, ScanDecoder } from './scan';
import { type Strips, upsampleRow } from './upsample';

/** Steps of a component's coefficients: those that are defined when its first scan begins. @throws where there are none, or no scan. */
function stepsOf({ components, scans }: JpegFile, component: number): Uint16Array {
  const scan = scans.find(({ parts, first }) => first === 0 && parts.some((part) => part.component === component));
  if (!scan) throw new Error(`no data of component ${component + 1}`);
  const steps = scan.steps[components[component].steps];
  if (!steps) throw new Error(`no quantization table ${components[component].steps}`);
  return steps;
}

/**
 * Where the coefficients of a row of units are found. An image in one pass is decoded on the way, a row of units at a time; one of several
 * passes is decoded whole at first, 2 bytes a sample.
 */
function coefficientSource(bytes: Uint8Array, file: JpegFile, unitRows: number) {
  const { components, scans } = file;
  const blocks = components.map((component) => blocksOf(file, component));
  const onePass = isOnePass(file);
  const rows = onePass ? 1 : unitRows;
  const values = components.map(({ down }, c): Coefficients => new Int16Array(blocks[c].wide * down * rows * 64));
  const none = components.map(() => 0);
  if (!onePass) {
    for (const scan of scans) {
      const decoder = new ScanDecoder(bytes, file, scan);
      for (let row = 0; row < decoder.rows; row++) decoder.decodeRow(row, values, none);
    }
    return (unitRow: number) => ({ values, skipped: none, unitRow });
  }
  const decoder = new ScanDecoder(bytes, file, scans[0]);
  return (unitRow: number) => {
    for (const array of values) array.fill(0);
    const skipped = components.map(({ down }) => unitRow * down);
    decoder.decodeRow(unitRow, values, skipped);
    return { values, skipped, unitRow };
  };
}

/**
 * Decodes a JPEG file: baseline and progressive, gray, YCbCr, RGB, CMYK and YCCK, 8 bits. Every color is the one that Pillow finds.
 *
 * @param emit is told each row as it is stored, from the top: its number, and `r g b r g b …` in an array that is used again.
 * @throws `damaged JPEG (<reason>)` where its data are no code, or end before the image does.
 */
export function decodeJpeg(
  bytes: Uint8Array,
  file: JpegFile,
  emit: (row: number, colors: Uint8ClampedArray) => void,
): void {
  const { stored, most, components, colors } = file;
  const { height, width } = stored;
  try {
    const steps = components.map((_, component) => stepsOf(file, component));
    const unitRows = Math.ceil(height / (8 * most.down));
    const source = coefficientSource(bytes, file, unitRows);
    const strips = components.map((component): Strips => {
      const [stride, rows] = [blocksOf(file, component).wide * 8, component.down * 8 * 2];
      return { samples: new Uint8ClampedArray(stride * rows), stride, rows };
    });
    const lines = components.map(
      ({ across, size }) => new Uint8ClampedArray(Math.max(width, (size.width * most.across) / across)),
    );
    const row = new Uint8ClampedArray(3 * width);
    let y = 0;
    for (let unitRow = 0; unitRow < unitRows; unitRow++) {
      const { values, skipped } = source(unitRow);
      for (const [c, { down }] of components.entries()) {
        const { samples, stride, rows } = strips[c];
        const { wide } = blocksOf(file, components[c]);
        for (let blockRow = unitRow * down; blockRow < (unitRow + 1) * down; blockRow++) {
          const at = (blockRow - skipped[c]) * wide * 64;
          const place = ((blockRow * 8) % rows) * stride;
          for (let x = 0; x < wide; x++) inverseDct(values[c], at + x * 64, steps[c], samples, place + 8 * x, stride);
        }
      }
      // The last row waits for the next ones, which it is mixed with.
      const end = unitRow === unitRows - 1 ? height : (unitRow + 1) * 8 * most.down - 1;
      for (; y < end; y++) {
        for (const [c, component] of components.entries()) upsampleRow(file, component, strips[c], y, lines[c]);
        rowColors(colors, lines, row, width);
        emit(y, row);
      }
    }
  } catch (error) {
    throw new Error(`damaged JPEG (${(error as Error).message})`, { cause: error });
  }
}
