import type { Random } from '../tensor/random';
import { direction, logUniformBetween, uniformBetween } from './sceneRandom';
import type { Stamp } from './stamp';

type Point = readonly [number, number];

// The corners of a five-pointed star, at multiples of 36°, from square roots: the same bits on every machine.
const cosines = [
  1,
  (1 + Math.sqrt(5)) / 4,
  (Math.sqrt(5) - 1) / 4,
  (1 - Math.sqrt(5)) / 4,
  (-1 - Math.sqrt(5)) / 4,
  -1,
];
const star: Point[] = Array.from({ length: 10 }, (_, i) => {
  const cosine = cosines[i <= 5 ? i : 10 - i];
  const sine = Math.sqrt(Math.max(0, 1 - cosine * cosine)) * (i <= 5 ? 1 : -1);
  const radius = i % 2 === 0 ? 1 : 0.45;
  return [radius * sine, -radius * cosine];
});

/** Shapes of the things in a scene. */
export type SceneThing = 'circle' | 'rectangle' | 'triangle' | 'star';

/** Corners in a square from −1 to 1, y downwards; a circle has none. */
const corners = {
  circle: [],
  rectangle: [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ],
  triangle: [
    [0, -1],
    [1, 1],
    [-1, 1],
  ],
  star,
} as const satisfies Record<SceneThing, readonly Point[]>;

/** The shapes that can be drawn. */
export const shapes = Object.keys(corners) as SceneThing[];

export interface ShapeSettings {
  /** px */
  size: readonly [number, number];
  /** Whether sizes or their logarithms are equally likely. */
  sizeScale?: 'linear' | 'log';
  /** Width over height. */
  aspect: readonly [number, number];
  rotation: boolean;
}

/** Whether a point lies in a polygon: a line to the right crosses the outline an odd number of times. */
function inPolygon(polygon: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[x1, y1], [x2, y2]] = [polygon[j], polygon[i]];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) * (x2 - x1)) / (y2 - y1)) inside = !inside;
  }
  return inside;
}

/**
 * Draws a shape of random size, aspect, direction and place, wholly inside an image of `height` × `width`; a pixel belongs to it where
 * its center does.
 */
export function drawShape(
  random: Random,
  thing: SceneThing,
  height: number,
  width: number,
  settings: ShapeSettings,
): Stamp {
  const between = settings.sizeScale === 'log' ? logUniformBetween : uniformBetween;
  const size = between(random, ...settings.size);
  const stretch = thing === 'circle' ? 1 : Math.sqrt(uniformBetween(random, ...settings.aspect));
  const [halfWidth, halfHeight] = [(size * stretch) / 2, size / stretch / 2];
  const [cosine, sine] = settings.rotation && thing !== 'circle' ? direction(random) : [1, 0];
  const turned: Point[] = corners[thing].map(([u, v]) => [
    cosine * u * halfWidth - sine * v * halfHeight,
    sine * u * halfWidth + cosine * v * halfHeight,
  ]);
  const extent = (axis: 0 | 1): [number, number] => {
    if (thing === 'circle') return [-halfWidth, halfWidth];
    const values = turned.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  };
  const [[minX, maxX], [minY, maxY]] = [extent(0), extent(1)];
  const centerX = uniformBetween(random, -minX, width - maxX);
  const centerY = uniformBetween(random, -minY, height - maxY);

  const left = Math.max(0, Math.floor(centerX + minX));
  const top = Math.max(0, Math.floor(centerY + minY));
  const across = Math.min(width, Math.ceil(centerX + maxX)) - left;
  const down = Math.min(height, Math.ceil(centerY + maxY)) - top;
  const ink = new Uint8Array(across * down);
  for (let y = 0, pixel = 0; y < down; y++) {
    for (let x = 0; x < across; x++, pixel++) {
      const [dx, dy] = [left + x + 0.5 - centerX, top + y + 0.5 - centerY];
      const inside = thing === 'circle' ? dx * dx + dy * dy <= halfWidth * halfWidth : inPolygon(turned, dx, dy);
      if (inside) ink[pixel] = 255;
    }
  }
  return { left, top, width: across, height: down, ink };
}
