import ndarray from 'ndarray';
import type { Sample } from '../data/dataset';
import type { Random } from '../tensor/random';
import { bell } from './sceneRandom';
import type { Stamp } from './stamp';

/** An image while it is painted. */
export interface Canvas {
  height: number;
  width: number;
  /** `[H, W, 3]`, about 0–1: noise and limits come last. */
  colors: Float32Array;
  /** `[H, W]`: stuff of class s is segment s, thing g is segment `stuffCount + g`. */
  segments: Int32Array;
  stuffCount: number;
  things: PlacedThing[];
}

/** One thing on the canvas. */
export interface PlacedThing {
  label: number;
  stamp: Stamp;
  /** Pixels that were drawn. */
  area: number;
  /** Pixels that are seen, with later things in front. */
  visible: number;
  /** `[red, green, blue]`, 0–1, before shading and noise. */
  color: readonly number[];
  /** Mean color of what the thing hides, before noise. */
  behind: readonly number[];
}

export function createCanvas(height: number, width: number, stuffCount: number): Canvas {
  const pixels = height * width;
  return {
    height,
    width,
    colors: new Float32Array(3 * pixels),
    segments: new Int32Array(pixels),
    stuffCount,
    things: [],
  };
}

/**
 * The finished image: pixel noise of standard deviation `noise` is added, colors are limited to 0–1, and boxes, masks and both maps
 * are read off the segments.
 */
export function finishSample(
  { height, width, colors, segments, stuffCount, things }: Canvas,
  noise: number,
  random: Random,
): Sample {
  const pixels = height * width;
  const image = new Float32Array(3 * pixels);
  for (let i = 0; i < image.length; i++) image[i] = Math.min(1, Math.max(0, colors[i] + noise * bell(random)));

  const boxes = new Float32Array(4 * things.length);
  things.forEach((_, g) => {
    boxes.set([width, height, 0, 0], 4 * g);
  });
  const masks = new Uint8Array(things.length * pixels);
  const semantic = new Uint8Array(pixels);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const thing = segments[pixel] - stuffCount;
      semantic[pixel] = thing < 0 ? segments[pixel] : stuffCount + things[thing].label;
      if (thing < 0) continue;
      masks[thing * pixels + pixel] = 1;
      const corner = 4 * thing;
      boxes[corner] = Math.min(boxes[corner], x);
      boxes[corner + 1] = Math.min(boxes[corner + 1], y);
      boxes[corner + 2] = Math.max(boxes[corner + 2], x + 1);
      boxes[corner + 3] = Math.max(boxes[corner + 3], y + 1);
    }
  }
  return {
    image: ndarray(image, [height, width, 3]),
    boxes: ndarray(boxes, [things.length, 4]),
    labels: ndarray(
      Int32Array.from(things, ({ label }) => label),
      [things.length],
    ),
    masks: ndarray(masks, [things.length, height, width]),
    semantic: ndarray(semantic, [height, width]),
    panoptic: ndarray(segments, [height, width]),
  };
}
