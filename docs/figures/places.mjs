// Where each figure stands: in which lecture, below which heading, after how many of the blocks that follow it; and its words. The
// notebooks do not know of the figures, so that they are the same in Jupyter.

export const places = {
  kMeans: {
    notebook: '102-kMeans',
    heading: 'The idea',
    blocks: 6,
    height: 386,
    title: 'Drag the centers, then move them to the means of their points.',
    caption:
      'Each line joins a point to its nearest center; the objective adds up the squared lengths of the lines. Try several starts: they can end at different objectives.',
  },
  meanShift: {
    notebook: '103-meanShift',
    heading: 'The idea',
    blocks: 4,
    height: 335,
    title: 'Drag the window over the points, shift it, and change its bandwidth.',
    caption:
      'The red arrow is the shift, from the middle of the window to the mean of its points; the dashed line is the way to a mode. Blue is the density for this bandwidth; green dots are the modes, where windows from all points come to rest.',
  },
  grabCut: {
    notebook: '104-grabCut',
    heading: 'The idea',
    blocks: 6,
    height: 420,
    title: 'Draw the rectangle around the head, then paint with the brush.',
    caption:
      'What is bright was cut out. The rectangle says that all outside is background; green strokes are object for certain, red ones background. Or choose an image of your own: it stays in this browser. Photograph: Eileen Collins, NASA, public domain.',
  },
  receptiveField: {
    notebook: '203-receptiveField',
    heading: 'The idea',
    blocks: 4,
    height: 324,
    title: 'Choose an output in the upper row, and change the layers.',
    caption:
      'Orange values are those that the output reads; the stronger the color, the more paths lead there. Set every dilation to 2: the field grows, and every second pixel of it is never read.',
  },
  roiPool: {
    notebook: '406-roiAlign',
    heading: 'The idea',
    blocks: 5,
    height: 445,
    title: 'Drag the region, or one of its corners, slowly over the feature map.',
    caption:
      'RoI Pool keeps the largest cell of each blue bin; its numbers change only when an edge is rounded to another cell. RoI Align averages the orange points between the cells; its numbers follow every small move.',
  },
  yoloGrid: {
    notebook: '501-yolo',
    heading: 'The idea',
    blocks: 4,
    height: 400,
    title: 'Drag the car and the pedestrian over the grid, and change their sizes.',
    caption:
      'Only the cell of a midpoint has an entry; the arrow from its corner is its midpoint in cells. Put both midpoints into one cell: it has one entry, and the pedestrian is dropped.',
  },
  thresholds: {
    notebook: '304-averagePrecision',
    heading: 'The idea',
    blocks: 4,
    height: 560,
    title: 'Drag the score threshold, and change the two IoU thresholds.',
    caption:
      'Real predictions of a small YOLO on six painted scenes: green boxes find an object, red ones do not, dashed orange objects are missed. Counts and curve are those of all six images and all classes.',
  },
  boxIou: {
    notebook: '302-boxIou',
    heading: 'Boxes that do not touch',
    blocks: 3,
    height: 340,
    title: 'Drag the boxes together and apart, and change the loss.',
    caption:
      'Arrows show where gradient descent moves each edge of the prediction; the longest one always has the same length. While the boxes are apart, 1 − IoU has no gradient, and the other losses have one.',
  },
};

/** The markdown of a lecture's cell, with the figures that belong into it. */
export function withFigures(slug, markdown) {
  const own = Object.entries(places).filter(([, { notebook }]) => notebook === slug);
  return own.reduce((text, [name, at]) => inserted(text, name, at), markdown);
}

function inserted(markdown, name, { heading, blocks }) {
  const parts = markdown.split(/\n{2,}/);
  const start = parts.findIndex((part) => /^#+ /.test(part) && part.replace(/^#+ /, '').trim() === heading);
  if (start < 0) return markdown;
  const following = parts.slice(start + 1, start + 1 + blocks);
  if (following.length < blocks || following.some((part) => /^#+ /.test(part)))
    throw new Error(`figure ${name}: expected ${blocks} blocks of text below "${heading}", got fewer`);
  return [
    ...parts.slice(0, start + 1 + blocks),
    `<ComputingFigure name="${name}" />`,
    ...parts.slice(start + 1 + blocks),
  ].join('\n\n');
}
