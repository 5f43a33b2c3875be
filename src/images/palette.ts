/** Colors by index, each `[red, green, blue]` in bytes, 0–255. */
export type Palette = readonly (readonly [number, number, number])[];

/**
 * The 256 colors of the Pascal VOC masks: bit j of each channel, from the top, is a bit of the label, red from bits 0, 3, 6, green
 * from 1, 4, 7, blue from 2, 5. Label 0 (background) is black, 1 (aeroplane) dark red, 255 (void: ignored) cream.
 *
 * Everingham et al., The Pascal Visual Object Classes Challenge 2012, development kit, `VOClabelcolormap`.
 */
export const vocPalette: Palette = Array.from({ length: 256 }, (_, label) => {
  const color: [number, number, number] = [0, 0, 0];
  for (let j = 0; j < 8; j++) {
    for (let channel = 0; channel < 3; channel++) color[channel] |= ((label >> (3 * j + channel)) & 1) << (7 - j);
  }
  return color;
});
