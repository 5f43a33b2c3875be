// Click to segment: a rectangle and strokes of a brush on a photograph, and the cut that follows them.
import { borders, grabCut } from './cutout.mjs';
import { clamp, element, grip, openStage, px, rect, shown } from './stage.mjs';

const gamma = 50;
const brush = 3;

/** The file of an image whose pixels are given as bytes: a BMP, rows from the lowest up. */
function bitmap({ width, height, bytes }) {
  const row = Math.ceil((3 * width) / 4) * 4;
  const file = new Uint8Array(54 + row * height);
  const view = new DataView(file.buffer);
  const numbers = {
    0: 0x4d42,
    2: file.length,
    10: 54,
    14: 40,
    18: width,
    22: height,
    26: 1 | (24 << 16),
    34: row * height,
  };
  for (const [at, value] of Object.entries(numbers)) {
    if (at === '0') view.setUint16(0, value, true);
    else view.setUint32(Number(at), value, true);
  }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) file[54 + (height - 1 - y) * row + 3 * x + c] = bytes[3 * (y * width + x) + 2 - c];
  let text = '';
  for (const byte of file) text += String.fromCharCode(byte);
  return `data:image/bmp;base64,${btoa(text)}`;
}

/** An image of bytes with its colors in 0–1, and as a file that a page shows. */
const prepared = (image) => ({
  ...image,
  colors: Float64Array.from(image.bytes, (byte) => byte / 255),
  url: bitmap(image),
});

/** Runs of pixels of a map as one path. */
function runs(width, height, isOn) {
  let path = '';
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isOn(y * width + x)) continue;
      const start = x;
      while (x < width && isOn(y * width + x)) x++;
      path += `M${start} ${y}h${x - start}v1h${start - x}z`;
    }
  }
  return path;
}

/** The line between pixels with different labels. */
function outline(width, height, labels) {
  let path = '';
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = labels[y * width + x];
      if (x + 1 < width && own !== labels[y * width + x + 1]) path += `M${x + 1} ${y}v1`;
      if (y + 1 < height && own !== labels[(y + 1) * width + x]) path += `M${x} ${y + 1}h1`;
    }
  }
  return path;
}

/** The pixels of a file, at most 120 on a side. */
async function readFile(file) {
  const photo = await createImageBitmap(file);
  const scale = Math.min(1, 120 / Math.max(photo.width, photo.height));
  const [width, height] = [photo.width, photo.height].map((side) => Math.max(8, Math.round(side * scale)));
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(photo, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return {
    width,
    height,
    bytes: Uint8Array.from({ length: 3 * width * height }, (_, at) => data[4 * Math.floor(at / 3) + (at % 3)]),
  };
}

export default async function figure(place) {
  const response = await fetch(new URL('./grabCut.json', import.meta.url));
  const { width: w, height: h, rectangle, pixels } = await response.json();
  const first = prepared({
    width: w,
    height: h,
    bytes: Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0)),
  });
  // The drawing keeps its size; an image of the reader's lies in its upper left corner.
  const side = [w, h];
  let image;
  let weights;
  let corners;
  let strokes;
  let tool;
  let at;
  let result;
  let cutFor = '';
  let timer;

  function open(next, box) {
    image = next;
    ({ weights } = borders(image, gamma));
    corners = box;
    strokes = new Int8Array(image.width * image.height);
    at = [box[0] + 6, box[1] + 6];
    cutFor = '';
    result = undefined;
    tool ??= 1;
  }
  open(first, [...rectangle]);

  const stage = openStage(place, {
    draw,
    reset: () => {
      tool = 1;
      open(first, [...rectangle]);
    },
  });
  const drawing = stage.drawing({
    width: side[0],
    height: side[1],
    label: 'A photograph with a rectangle, strokes and the outline of the object',
  });
  const scale = () => Math.min(side[0] / image.width, side[1] / image.height);
  const corner = (name, a, b) =>
    drawing.handle({
      label: `${name} corner of the rectangle`,
      kind: 'region',
      step: 1,
      leap: 5,
      place: () => [corners[a] * scale(), corners[b] * scale()],
      text: () => `${corners[a]}, ${corners[b]}`,
      look: () => grip(corners[a] * scale(), corners[b] * scale()),
      move: (x, y) => {
        const [low, high] = a === 0 ? [1, 1] : [corners[0] + 4, corners[1] + 4];
        const [right, bottom] = a === 0 ? [corners[2] - 4, corners[3] - 4] : [image.width - 1, image.height - 1];
        corners[a] = clamp(Math.round(x / scale()), low, right);
        corners[b] = clamp(Math.round(y / scale()), high, bottom);
      },
    });
  corner('upper left', 0, 1);
  corner('lower right', 2, 3);
  drawing.handle({
    label: 'brush: paint what is object or background',
    kind: '',
    step: 1,
    leap: 5,
    jumps: true,
    place: () => at.map((value) => value * scale()),
    text: () => `${tool > 0 ? 'object' : tool < 0 ? 'background' : 'eraser'} at ${at.map(Math.round).join(', ')}`,
    look: () =>
      `<rect class="catch" width="${side[0]}" height="${side[1]}"/><circle class="outline ${tool > 0 ? 'shared' : tool < 0 ? 'loss' : 'fixed'}" fill="none" cx="${px(at[0] * scale())}" cy="${px(at[1] * scale())}" r="${px(brush * scale())}"/>`,
    move: (x, y) => {
      const to = [clamp(x / scale(), 0, image.width - 1), clamp(y / scale(), 0, image.height - 1)];
      const way = Math.hypot(to[0] - at[0], to[1] - at[1]);
      // A pointer that comes from far away begins a new stroke.
      const dots = way > 24 ? 0 : Math.ceil(way);
      for (let dot = 0; dot <= dots; dot++) {
        const share = dots === 0 ? 1 : dot / dots;
        paint(at[0] + share * (to[0] - at[0]), at[1] + share * (to[1] - at[1]));
      }
      at = to;
    },
  });
  function paint(x, y) {
    for (let i = 0; i < strokes.length; i++) {
      const [dx, dy] = [(i % image.width) + 0.5 - x, Math.floor(i / image.width) + 0.5 - y];
      if (dx * dx + dy * dy <= brush * brush) strokes[i] = tool;
    }
  }
  stage.choice(
    'Brush',
    [
      [1, 'object'],
      [-1, 'background'],
      [0, 'eraser'],
    ],
    {
      value: () => tool,
      set: (value) => {
        tool = value;
      },
    },
  );
  const input = element('input', { type: 'file', accept: 'image/*', 'aria-label': 'An image of your own' });
  const own = element('label', { class: 'slider' }, element('span', {}, 'Your image'), input);
  stage.controls.append(own);
  input.addEventListener('change', async () => {
    const [file] = input.files;
    if (!file) return;
    try {
      const next = prepared(await readFile(file));
      const [x, y] = [Math.round(next.width / 6), Math.round(next.height / 6)];
      open(next, [Math.max(1, x), Math.max(1, y), next.width - Math.max(1, x), next.height - Math.max(1, y)]);
      stage.update();
    } catch {
      input.value = '';
    }
  });

  const isInside = (i) => {
    const [x, y] = [i % image.width, Math.floor(i / image.width)];
    return x >= corners[0] && x < corners[2] && y >= corners[1] && y < corners[3];
  };

  /** Cuts once the reader has paused; a cut takes a moment. */
  function cut() {
    const certain = Int8Array.from(strokes, (value, i) => (isInside(i) ? value : -1));
    const key = `${corners} ${certain.join('')}`;
    if (key === cutFor) return;
    cutFor = key;
    clearTimeout(timer);
    const work = () => {
      result = certain.some((value) => value >= 0) ? grabCut(image, certain, { gamma, weights }) : undefined;
      stage.update();
    };
    if (result === undefined) {
      result = { labels: new Uint8Array(strokes.length), energies: [] };
      timer = setTimeout(work, 30);
    } else timer = setTimeout(work, 160);
  }

  function draw() {
    cut();
    const { width, height } = image;
    const labels = result?.labels ?? new Uint8Array(width * height);
    const transform = `transform="scale(${px(scale() * 100) / 100})"`;
    drawing.back(
      `<rect class="street" width="${side[0]}" height="${side[1]}"/><image href="${image.url}" width="${px(width * scale())}" height="${px(height * scale())}" preserveAspectRatio="none"/>`,
    );
    const inPath = (sign) => runs(width, height, (i) => strokes[i] === sign);
    drawing.below(
      `<path fill="#10141a" fill-opacity="0.62" stroke="none" ${transform} d="${runs(width, height, (i) => !labels[i])}"/>` +
        `<path fill="none" stroke="#ffffff" stroke-width="1.6" ${transform} d="${outline(width, height, labels)}"/>` +
        `<path fill="#34c759" fill-opacity="0.75" stroke="none" ${transform} d="${inPath(1)}"/>` +
        `<path fill="#ff453a" fill-opacity="0.75" stroke="none" ${transform} d="${inPath(-1)}"/>` +
        rect(
          corners.map((value) => value * scale()),
          'outline region dashed',
        ),
    );
    const object = labels.reduce((sum, label) => sum + label, 0);
    const energy = result?.energies.at(-1);
    stage.showNumbers([
      { name: 'rectangle', text: corners.join(', '), kind: 'region' },
      { name: 'below strokes', text: `${strokes.filter((value) => value !== 0).length} px` },
      { name: 'object', text: `${object} px`, kind: 'shared chosen' },
      { name: 'energy', text: energy === undefined ? '…' : shown(energy, 0) },
    ]);
    return `The object has ${object} of ${width * height} pixels.`;
  }

  stage.start();
  return () => {
    clearTimeout(timer);
    stage.close();
  };
}
