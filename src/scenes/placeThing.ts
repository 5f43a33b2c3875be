import type { Random } from '../tensor/random';
import type { Canvas } from './canvas';
import { direction, uniformBetween } from './sceneRandom';
import type { Stamp } from './stamp';

export interface StampSettings {
  /** The share of the smaller of two things' boxes, hidden parts included, that the other's may cover, 0–1. */
  overlap: number;
  /** The share of its pixels that each earlier thing keeps, 0–1. */
  visible: number;
  /** Least difference between a thing's color and the mean behind it, summed over the channels, 0–1. */
  contrast: number;
  /** Greatest change of brightness from a thing's middle to its edge. */
  shading: number;
}

/** Calls `visit` for every pixel with ink: its number on the canvas, and the ink. */
function forInk({ left, top, width, height, ink }: Stamp, canvas: Canvas, visit: (pixel: number, ink: number) => void) {
  for (let y = 0, source = 0; y < height; y++) {
    let pixel = (top + y) * canvas.width + left;
    for (let x = 0; x < width; x++, pixel++, source++) if (ink[source] > 0) visit(pixel, ink[source]);
  }
}

/** The share of the smaller of two rectangles that the other covers. */
function sharedPart(one: Stamp, other: Stamp): number {
  const across = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const down = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  return (Math.max(0, across) * Math.max(0, down)) / Math.min(one.width * one.height, other.width * other.height);
}

/** Whether the stamp would show at all and every earlier thing would keep enough of its pixels. */
function fits(canvas: Canvas, stamp: Stamp, { visible, overlap }: StampSettings): boolean {
  if (overlap < 1 && canvas.things.some((thing) => sharedPart(thing.stamp, stamp) > overlap)) return false;
  const hidden = canvas.things.map(() => 0);
  let area = 0;
  forInk(stamp, canvas, (pixel) => {
    area++;
    const thing = canvas.segments[pixel] - canvas.stuffCount;
    if (thing >= 0) hidden[thing]++;
  });
  return (
    area > 0 &&
    canvas.things.every((thing, g) => {
      const left = thing.visible - hidden[g];
      return left > 0 && left >= visible * thing.area;
    })
  );
}

/** Draws the stamp in a color that stands out from what is behind it, lighter towards one side. */
function paint(
  canvas: Canvas,
  random: Random,
  stamp: Stamp,
  label: number,
  { contrast, shading }: StampSettings,
): void {
  const { colors, segments, things, stuffCount } = canvas;
  const behind = [0, 0, 0];
  let area = 0;
  forInk(stamp, canvas, (pixel) => {
    area++;
    for (let channel = 0; channel < 3; channel++) behind[channel] += colors[3 * pixel + channel];
  });
  for (let channel = 0; channel < 3; channel++) behind[channel] /= area;

  // At least one color in six is far enough, whatever is behind.
  let color: number[];
  do {
    color = [random.uniform(), random.uniform(), random.uniform()];
  } while (color.reduce((sum, value, channel) => sum + Math.abs(value - behind[channel]), 0) < contrast);

  const strength = uniformBetween(random, -shading, shading);
  const [across, down] = direction(random);
  const reach = (Math.abs(across) * stamp.width + Math.abs(down) * stamp.height) / 2;
  const segment = stuffCount + things.length;
  forInk(stamp, canvas, (pixel, ink) => {
    const hidden = segments[pixel] - stuffCount;
    if (hidden >= 0) things[hidden].visible--;
    segments[pixel] = segment;
    const x = (pixel % canvas.width) + 0.5 - stamp.left - stamp.width / 2;
    const y = Math.floor(pixel / canvas.width) + 0.5 - stamp.top - stamp.height / 2;
    const light = (strength * (x * across + y * down)) / reach;
    for (let channel = 0; channel < 3; channel++) {
      const value = 3 * pixel + channel;
      colors[value] += (ink / 255) * (color[channel] + light - colors[value]);
    }
  });
  things.push({ label, stamp, area, visible: area, color, behind });
}

/**
 * Puts one thing in front of the others. Where an earlier thing would keep too little, another place is tried, at most 20 in all; then
 * the thing is left out. The first thing on a canvas always finds its place.
 *
 * @param draw a new stamp at each call.
 */
export function placeThing(
  canvas: Canvas,
  random: Random,
  label: number,
  draw: () => Stamp,
  settings: StampSettings,
): void {
  for (let attempt = 0; attempt < 20; attempt++) {
    const stamp = draw();
    if (fits(canvas, stamp, settings)) {
      paint(canvas, random, stamp, label, settings);
      return;
    }
  }
}
