import type { Classes, Dataset, Sample } from '../data/dataset';
import type { Random } from '../tensor/random';
import { drawBackground } from './background';
import { type Canvas, createCanvas, finishSample } from './canvas';
import { placeThing } from './placeThing';
import { sceneRandom, uniformBetween } from './sceneRandom';
import type { CheckedSettings } from './settings';
import type { Stamp } from './stamp';

/** Draws a thing of a class somewhere, wholly inside an image of `height` × `width`. */
export type DrawStamp = (random: Random, label: number, height: number, width: number) => Stamp;

/** A scene before its noise, and the source that the noise comes from. */
export interface Composition {
  canvas: Canvas;
  random: Random;
}

/** Paints background and things of image `index`; each class is equally likely. */
export function composeScene(
  settings: CheckedSettings,
  classCount: number,
  draw: DrawStamp,
  index: number,
): Composition {
  const { seed, split, height, width, stuff, objects } = settings;
  const random = sceneRandom(seed, split, index);
  const canvas = createCanvas(height, width, stuff.length);
  drawBackground(canvas, random, settings);
  const count = objects[0] + random.integer(objects[1] - objects[0] + 1);
  for (let i = 0; i < count; i++) {
    const label = random.integer(classCount);
    placeThing(canvas, random, label, () => draw(random, label, height, width), settings);
  }
  return { canvas, random };
}

/** Scenes as a data set: every image is painted when it is asked for. */
export function sceneSource(
  caller: string,
  settings: CheckedSettings,
  things: readonly string[],
  draw: DrawStamp,
): Dataset {
  const { length, stuff, noise } = settings;
  const classes: Classes = { stuff: [...stuff], things: [...things] };
  return {
    length,
    classes,
    sample(index: number): Sample {
      if (!(Number.isInteger(index) && index >= 0 && index < length)) {
        throw new Error(
          `${caller}: expected the index of an image, a whole number from 0 to ${length - 1}, got ${index}`,
        );
      }
      const { canvas, random } = composeScene(settings, things.length, draw, index);
      return finishSample(canvas, uniformBetween(random, ...noise), random);
    },
  };
}
