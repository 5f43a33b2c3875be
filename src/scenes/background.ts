import type { Random } from '../tensor/random';
import type { Canvas } from './canvas';
import { bell, direction, uniformBetween } from './sceneRandom';

/** What stuff looks like. */
interface Material {
  /** `[red, green, blue]`, 0–1, before it is varied from image to image. */
  color: readonly [number, number, number];
  /** Standard deviation of the texture's brightness, 0–1. */
  texture: number;
  /** Cells of the texture across and down an image: few across and many down make ripples. */
  cells: readonly [number, number];
}

/** What the background of a scene is made of. */
export type SceneStuff = 'sky' | 'grass' | 'ground' | 'water' | 'road';

/** The kinds of stuff that can be painted. */
export const materials = {
  sky: { color: [0.5, 0.65, 0.9], texture: 0.03, cells: [8, 8] },
  grass: { color: [0.3, 0.6, 0.25], texture: 0.06, cells: [8, 8] },
  ground: { color: [0.5, 0.4, 0.3], texture: 0.072, cells: [8, 8] },
  water: { color: [0.15, 0.4, 0.6], texture: 0.06, cells: [3, 20] },
  road: { color: [0.45, 0.45, 0.47], texture: 0.05, cells: [32, 32] },
} as const satisfies Record<SceneStuff, Material>;

export interface BackgroundSettings {
  stuff: readonly SceneStuff[];
  layout: 'bands' | 'varied';
  gradient: number;
}

/** How far a material's color varies from image to image, each channel by itself. */
const colorSpread = 0.15;

/**
 * Value noise: bell-shaped numbers of standard deviation 1 at the corners of a grid of cells, bilinear between them.
 * @returns `[height · width]`
 */
function valueNoise(
  random: Random,
  height: number,
  width: number,
  [across, down]: readonly [number, number],
): Float32Array {
  const corners = Float64Array.from({ length: (across + 1) * (down + 1) }, () => bell(random));
  const noise = new Float32Array(height * width);
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = ((y + 0.5) / height) * down;
    const top = Math.floor(row);
    const low = row - top;
    for (let x = 0; x < width; x++, pixel++) {
      const column = ((x + 0.5) / width) * across;
      const left = Math.floor(column);
      const right = column - left;
      const corner = top * (across + 1) + left;
      const below = corner + across + 1;
      noise[pixel] =
        (1 - low) * ((1 - right) * corners[corner] + right * corners[corner + 1]) +
        low * ((1 - right) * corners[below] + right * corners[below + 1]);
    }
  }
  return noise;
}

/** A wavy line: for each column the row where what lies below it begins, about `middle` of the height, slope ±0.2. */
function border(random: Random, height: number, width: number, middle: number): Float32Array {
  const slope = uniformBetween(random, -0.2, 0.2);
  const waves = 4;
  const swell = Array.from({ length: waves + 1 }, () => 0.02 * height * bell(random));
  return Float32Array.from({ length: width }, (_, x) => {
    const at = ((x + 0.5) / width) * waves;
    const knot = Math.floor(at);
    const t = at - knot;
    const wave = swell[knot] + (swell[knot + 1] - swell[knot]) * t * t * (3 - 2 * t);
    return middle * height + slope * (x + 0.5 - width / 2) + wave;
  });
}

/** What lies in an image from top to bottom, and whether a road runs through it. */
function chooseBands(random: Random, { stuff, layout }: BackgroundSettings): { bands: SceneStuff[]; road: boolean } {
  if (layout === 'bands') return { bands: [...stuff], road: false };
  const sky = stuff.filter((kind) => kind === 'sky');
  const lands = stuff.filter((kind) => kind !== 'sky' && kind !== 'road');
  const road = stuff.includes('road') && random.integer(2) === 1;
  // No road runs through water.
  const dry = road ? lands.filter((kind) => kind !== 'water') : lands;
  if (dry.length === 0) return { bands: stuff.includes('road') ? [...sky, 'road'] : sky, road: false };
  return { bands: [...sky, ...random.shuffle(dry).slice(0, 1 + random.integer(2))], road };
}

/** Paints stuff over the whole canvas: bands with wavy borders, in the layout `varied` with a road towards the horizon. */
export function drawBackground(canvas: Canvas, random: Random, settings: BackgroundSettings): void {
  const { height, width, colors, segments } = canvas;
  const { stuff, gradient } = settings;
  const { bands, road } = chooseBands(random, settings);

  // The first border lies at 0.2–0.6 of the height, each further one 0.15–0.4 below, closer together where there are many.
  const closeness = Math.min(1, 2 / (bands.length - 1));
  const borders: Float32Array[] = [];
  let middle = 0;
  for (let i = 1; i < bands.length; i++) {
    middle += i === 1 ? uniformBetween(random, 0.2, 0.6) : closeness * uniformBetween(random, 0.15, 0.4);
    borders.push(border(random, height, width, middle));
  }
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      let band = 0;
      // The lowest border above the pixel counts, also where slopes make two of them cross.
      for (let i = 0; i < borders.length; i++) if (y + 0.5 >= borders[i][x]) band = i + 1;
      segments[pixel] = stuff.indexOf(bands[band]);
    }
  }
  if (road) {
    const horizon = bands[0] === 'sky' ? borders[0] : new Float32Array(width);
    const [far, near] = [uniformBetween(random, 0.2, 0.8), uniformBetween(random, 0, 1)];
    const [farHalf, nearHalf] = [uniformBetween(random, 0.02, 0.06), uniformBetween(random, 0.12, 0.3)];
    for (let y = 0, pixel = 0; y < height; y++) {
      for (let x = 0; x < width; x++, pixel++) {
        const depth = (y + 0.5 - horizon[x]) / (height - horizon[x]);
        if (depth < 0) continue;
        const aside = Math.abs((x + 0.5) / width - far - (near - far) * depth);
        if (aside <= farHalf + (nearHalf - farHalf) * depth) segments[pixel] = stuff.indexOf('road');
      }
    }
  }

  const looks = stuff.map((kind) => {
    const { color, texture, cells } = materials[kind];
    return {
      color: color.map((value) => value + uniformBetween(random, -colorSpread, colorSpread)),
      texture,
      noise: valueNoise(random, height, width, cells),
    };
  });
  const strength = uniformBetween(random, 0, gradient);
  const [across, down] = direction(random);
  // Along the direction, ±1 where the image's corner is farthest.
  const reach = (Math.abs(across) * width + Math.abs(down) * height) / 2;
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const { color, texture, noise } = looks[segments[pixel]];
      const along = ((x + 0.5 - width / 2) * across + (y + 0.5 - height / 2) * down) / reach;
      const light = strength * along + texture * noise[pixel];
      for (let channel = 0; channel < 3; channel++) colors[3 * pixel + channel] = color[channel] + light;
    }
  }
}
