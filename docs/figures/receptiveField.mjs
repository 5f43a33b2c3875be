// Three layers one above the other: what one output reads in each of them, and how many paths lead there.
import { clamp, element, openStage, px, shown, words } from './stage.mjs';

/** Layers are `{ size, stride, dilation, padding }`, as for the library's receptiveField. */
export function outputLengths(layers, length) {
  const lengths = [length];
  for (const { size, stride, dilation, padding } of layers)
    lengths.push(Math.floor((lengths.at(-1) + 2 * padding - dilation * (size - 1) - 1) / stride) + 1);
  return lengths;
}

/** Size, jump and start of the receptive field in the input, after no layer, after one, and so on. */
export function fields(layers) {
  const found = [{ size: 1, jump: 1, start: 0 }];
  for (const { size: taps, stride, dilation, padding } of layers) {
    const { size, jump, start } = found.at(-1);
    found.push({ size: size + (taps - 1) * dilation * jump, jump: stride * jump, start: start - padding * jump });
  }
  return found;
}

/** How many paths lead from one output to each value of the input and of each layer: the input first. */
export function paths(output, layers, length) {
  const lengths = outputLengths(layers, length);
  const counts = [Array.from({ length: lengths.at(-1) }, (_, i) => (i === output ? 1 : 0))];
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { size, stride, dilation, padding } = layers[layer];
    const before = Array(lengths[layer]).fill(0);
    for (const [i, count] of counts[0].entries())
      for (let tap = 0; tap < size; tap++) {
        const at = i * stride + tap * dilation - padding;
        if (at >= 0 && at < before.length) before[at] += count;
      }
    counts.unshift(before);
  }
  return counts;
}

const length = 31;
const [width, rowHeight, rowStep] = [360, 26, 66];
const left = 6;
const pixel = (width - 2 * left) / length;

export default function receptiveField(place) {
  const begin = () => [
    { size: 3, stride: 1, dilation: 1 },
    { size: 2, stride: 2, dilation: 1 },
    { size: 3, stride: 1, dilation: 1 },
  ];
  let layers = begin();
  let output = 7;
  const stage = openStage(place, {
    draw,
    reset: () => {
      layers = begin();
      output = 7;
    },
  });
  const height = 3 * rowStep + rowHeight + 36;
  const drawing = stage.drawing({ width, height, label: 'The image and three layers, and what one output reads' });
  // As much padding as keeps the layer as long as it was.
  const padded = () =>
    layers.map((layer) => ({ ...layer, padding: Math.floor((layer.dilation * (layer.size - 1)) / 2) }));
  const top = (level) => 26 + (3 - level) * rowStep;
  const middle = ({ start, jump, size }, i) => left + (start + i * jump + size / 2) * pixel;
  const count = () => outputLengths(padded(), length).at(-1);
  drawing.handle({
    label: 'output',
    kind: 'region',
    axis: 'x',
    jumps: true,
    step: () => fields(padded()).at(-1).jump * pixel,
    leap: 2,
    place: () => [middle(fields(padded()).at(-1), output), top(3) + rowHeight / 2],
    text: () => `output ${output} of 0 to ${count() - 1}`,
    look: () => {
      const field = fields(padded()).at(-1);
      const side = field.jump * pixel;
      return (
        `<rect class="catch" x="0" y="${top(3) - 8}" width="${width}" height="${rowHeight + 24}"/>` +
        `<rect class="area full" x="${px(middle(field, output) - side / 2 + 1)}" y="${top(3)}" width="${px(side - 2)}" height="${rowHeight}" rx="3"/>`
      );
    },
    move: (x) => {
      const field = fields(padded()).at(-1);
      output = clamp(Math.round((x - middle(field, 0)) / (field.jump * pixel)), 0, count() - 1);
    },
  });

  const settings = [
    ['size', 'kernel', [1, 2, 3, 5]],
    ['stride', 'stride', [1, 2]],
    ['dilation', 'dilation', [1, 2, 4]],
  ];
  const table = element('table', { class: 'settings' });
  table.innerHTML = `<thead><tr><th></th>${settings.map(([, name]) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`;
  const body = element('tbody');
  const selects = [];
  for (const i of [2, 1, 0]) {
    const row = element('tr', {}, element('th', { scope: 'row' }, `layer ${i + 1}`));
    for (const [key, name, values] of settings) {
      const select = element(
        'select',
        { 'aria-label': `${name} of layer ${i + 1}` },
        ...values.map((value) => element('option', { value }, String(value))),
      );
      select.addEventListener('change', () => {
        layers[i][key] = Number(select.value);
        output = Math.min(output, count() - 1);
        stage.update();
      });
      selects.push(() => {
        select.value = String(layers[i][key]);
      });
      row.append(element('td', {}, select));
    }
    body.append(row);
  }
  table.append(body);
  stage.controls.append(table);

  function draw() {
    for (const follow of selects) follow();
    const full = padded();
    const found = fields(full);
    const counts = paths(output, full, length);
    const ends = counts.map((row, level) => {
      const [first, last] = [row.findIndex((n) => n > 0), row.findLastIndex((n) => n > 0)];
      const half = (found[level].jump * pixel) / 2;
      return [middle(found[level], first) - half, middle(found[level], last) + half];
    });
    const names = ['image', 'layer 1', 'layer 2', 'layer 3: outputs'];
    const cone = [
      ...ends
        .map(([x], level) => [x, top(level) + rowHeight])
        .reverse()
        .flatMap(([x, y]) => [
          [x, y - rowHeight],
          [x, y],
        ]),
      ...ends.flatMap(([, x], level) => [
        [x, top(level) + rowHeight],
        [x, top(level)],
      ]),
    ];
    drawing.below(
      `<path class="cone" d="M${cone.map((point) => point.map(px).join(' ')).join('L')}z"/>` +
        counts
          .map((row, level) => {
            const most = Math.max(...row);
            const side = found[level].jump * pixel;
            return (
              words(left, top(level), names[level], 'small soft', { anchor: 'start', shift: [0, -6] }) +
              row
                .map((n, i) => {
                  const look = n > 0 ? 'read' : 'unread';
                  return `<rect class="${look}" style="--share:${px(30 + (70 * n) / most)}%" x="${px(middle(found[level], i) - side / 2 + 0.7)}" y="${top(level)}" width="${px(side - 1.4)}" height="${rowHeight}" rx="2"/>`;
                })
                .join('')
            );
          })
          .join(''),
    );
    const { size, jump, start } = found.at(-1);
    const [first, last] = [start + output * jump, start + output * jump + size - 1];
    const read = counts[0].filter((n) => n > 0).length;
    const outside = Math.max(0, -first) + Math.max(0, last - length + 1);
    stage.showNumbers([
      ...found
        .slice(1)
        .map((field, i) => ({ name: `after layer ${i + 1}`, text: `r = ${field.size}, j = ${field.jump}` })),
      {
        name: `output ${output}`,
        text: `px ${shown(Math.max(first, 0), 0)} to ${Math.min(last, length - 1)}`,
        kind: 'region chosen',
      },
      { name: 'pixels it reads', text: `${read} of ${size - outside}` },
    ]);
    return `Output ${output} has a receptive field of ${size} pixels, ${first} to ${last}, and reads ${read} of them.`;
  }

  stage.start();
  return stage.close;
}
