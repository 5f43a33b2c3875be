import type { Data, NdArray } from 'ndarray';
import ndarray from 'ndarray';
import { jpegOfPixels } from '../images/jpeg/encodeJpeg';
import { type Pixels, toPixels } from '../images/pixels';
import { pngOfPixels } from '../images/pngEncode';
import { resizeImage } from '../images/resizeImage';
import { toBase64 } from '../platform/bytes';

/** `[H, W, 3]`, `[H, W]` or `[H, W, 4]`; numbers in 0–1 or uint8. */
export type Image = NdArray<Data<number>>;

/** Longer sides are shrunk before they are embedded; the axes keep the true pixels. */
const longestSide = 512;
/** From here on a photograph is embedded as JPEG where that is smaller: a notebook keeps every image it shows. */
const losslessBytes = 65_536;

/** The data URI of an image: PNG, or JPEG (quality 90) where a PNG would be larger than `lossless` bytes, as for a photograph. */
export function dataUri(pixels: Pixels, lossless = losslessBytes): string {
  const png = pngOfPixels(pixels);
  if (png.length > lossless && pixels.channels !== 4) {
    const jpeg = jpegOfPixels(pixels, { quality: 90 });
    if (jpeg.length < png.length) return `data:image/jpeg;base64,${toBase64(jpeg)}`;
  }
  return `data:image/png;base64,${toBase64(png)}`;
}

/** The pixels at most `limit` on a side. */
export function shrunk(pixels: Pixels, limit: number): Pixels {
  const { height, width, channels, data } = pixels;
  const factor = limit / Math.max(height, width);
  if (factor >= 1) return pixels;
  const smaller = resizeImage(ndarray(data, [height, width, channels]), {
    height: Math.max(1, Math.round(height * factor)),
    width: Math.max(1, Math.round(width * factor)),
  });
  return {
    height: smaller.shape[0],
    width: smaller.shape[1],
    channels,
    data: Uint8Array.from(smaller.data, (value) => Math.round(value)),
  };
}

export interface Placed {
  height: number;
  width: number;
  trace: object;
}

/** A Plotly trace that covers `0 … W × 0 … H`, and the image's true size. */
export function placedPixels(pixels: Pixels, settings: object = {}): Placed {
  const { height, width } = pixels;
  const embedded = pixels.channels === 4 ? pixels : shrunk(pixels, longestSide);
  const dx = width / embedded.width;
  const dy = height / embedded.height;
  return {
    height,
    width,
    trace: {
      type: 'image',
      source: dataUri(embedded),
      dx,
      dy,
      x0: dx / 2,
      y0: dy / 2,
      // Small images are there for their pixels, which stay squares; large ones are smoothed.
      zsmooth: Math.max(height, width) > 256 ? 'fast' : false,
      hovertemplate: 'x %{x:.1f}, y %{y:.1f}<br>%{z}<extra></extra>',
      ...settings,
    },
  };
}

/** The same of an image that has not been checked. @throws as `encodePng`, with the caller's name. */
export function placedImage(caller: string, image: Image, settings: object = {}): Placed {
  return placedPixels(toPixels(caller, image), settings);
}

/** Axes in pixels, y downwards, one unit as long on both: `x2`, `y2` for number 2. */
export function pixelAxes(number: number, { height, width }: { height: number; width: number }, domain: object = {}) {
  const suffix = number === 1 ? '' : String(number);
  const common = { showgrid: false, zeroline: false, constrain: 'domain', nticks: 5, tickfont: { size: 10 } };
  return {
    [`xaxis${suffix}`]: { ...common, range: [0, width], anchor: `y${suffix}`, ...(domain as { x?: object }).x },
    [`yaxis${suffix}`]: {
      ...common,
      range: [height, 0],
      anchor: `x${suffix}`,
      scaleanchor: `x${suffix}`,
      ...(domain as { y?: object }).y,
    },
  };
}

/** A height for one image about `width` screen pixels wide. */
export function screenHeight({ height, width }: { height: number; width: number }, room = 640): number {
  return Math.round(Math.min(480, Math.max(90, (room * height) / width)));
}
