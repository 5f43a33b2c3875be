// Two objects on YOLO's grid: the cell of each midpoint, and what the label has there.
import { arrow, clamp, dot, escaped, grip, line, openStage, rect, shown, words } from './stage.mjs';

/**
 * The label of boxes x1, y1, x2, y2 with one box per cell: `[cells][cells]` of p_c, b_x, b_y, b_h, b_w, c_1, …, what of it matters, and
 * the cell of each box, row · cells + column; null for a box whose cell an earlier one has taken.
 */
export function yoloLabel(boxes, classOf, { cells, width, height, classes }) {
  const table = (make) => Array.from({ length: cells * cells }, make);
  const label = table(() => Array(5 + classes).fill(0));
  const cares = table(() => [1, ...Array(4 + classes).fill(0)]);
  const slots = boxes.map(([x1, y1, x2, y2], i) => {
    const [x, y] = [((x1 + x2) / 2) * (cells / width), ((y1 + y2) / 2) * (cells / height)];
    const column = Math.min(cells - 1, Math.floor(x));
    const row = Math.min(cells - 1, Math.floor(y));
    const place = row * cells + column;
    if (label[place][0] === 1) return null;
    const kind = Array.from({ length: classes }, (_, k) => (k === classOf[i] ? 1 : 0));
    label[place] = [1, x - column, y - row, (y2 - y1) * (cells / height), (x2 - x1) * (cells / width), ...kind];
    cares[place].fill(1);
    return place;
  });
  return { label, cares, slots };
}

const side = 300;
const names = ['pedestrian', 'car', 'motorcycle'];
const entries = [
  'p<sub>c</sub>',
  'b<sub>x</sub>',
  'b<sub>y</sub>',
  'b<sub>h</sub>',
  'b<sub>w</sub>',
  ...names.map((name, i) => `c<sub>${i + 1}</sub> ${name}`),
];

export default function yoloGrid(place) {
  const begin = () => [
    { name: 'car', kind: 'region', x: 140, y: 130, width: 90, height: 50 },
    { name: 'pedestrian', kind: 'shared', x: 236, y: 226, width: 36, height: 84 },
  ];
  let objects = begin();
  let cells = 3;
  const stage = openStage(place, {
    draw,
    reset: () => {
      objects = begin();
    },
  });
  stage.root.classList.add('broad');
  const drawing = stage.drawing({
    width: side,
    height: side,
    label: 'A street in a grid of cells, with a car and a pedestrian',
  });
  const boxOf = ({ x, y, width, height }) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  for (const i of [0, 1]) {
    const { name, kind } = objects[i];
    drawing.handle({
      label: `${name}: move it`,
      kind,
      step: 2,
      leap: 8,
      place: () => [objects[i].x, objects[i].y],
      text: () => `midpoint ${objects[i].x}, ${objects[i].y} px`,
      look: (unit) => {
        const box = boxOf(objects[i]);
        const up = box[1] > 24 * unit;
        return (
          rect(box, 'area') +
          dot(objects[i].x, objects[i].y, 'full point') +
          words(Math.min(box[0], side - name.length * 8 * unit), up ? box[1] : box[3], name, 'strong', {
            anchor: 'start',
            shift: [2, up ? -7 : 17],
          })
        );
      },
      move: (x, y) => {
        const { width, height } = objects[i];
        objects[i].x = clamp(Math.round(x), width / 2 + 6, side - 6 - width / 2);
        objects[i].y = clamp(Math.round(y), height / 2 + 6, side - 6 - height / 2);
      },
    });
    drawing.handle({
      label: `${name}: change its size`,
      kind,
      step: 2,
      leap: 8,
      place: () => boxOf(objects[i]).slice(2),
      text: () => `${objects[i].width} px wide, ${objects[i].height} px high`,
      look: () => grip(...boxOf(objects[i]).slice(2)),
      move: (right, bottom) => {
        const half = (value, middle) => Math.round(clamp(value - middle, 10, Math.min(middle, side - middle) - 6));
        objects[i].width = 2 * half(right, objects[i].x);
        objects[i].height = 2 * half(bottom, objects[i].y);
      },
    });
  }
  stage.choice(
    'Cells, S × S',
    [3, 5, 7].map((s) => [s, `${s} × ${s}`]),
    {
      value: () => cells,
      set: (s) => {
        cells = s;
      },
    },
  );

  function draw() {
    const boxes = objects.map(boxOf);
    const classOf = objects.map(({ name }) => names.indexOf(name));
    const { label, slots } = yoloLabel(boxes, classOf, { cells, width: side, height: side, classes: names.length });
    const size = side / cells;
    const corner = (slot) => [(slot % cells) * size, Math.floor(slot / cells) * size];
    drawing.below(
      [
        `<rect class="street" width="${side}" height="${side}"/>`,
        ...objects.map(({ kind }, i) => {
          if (slots[i] === null) return '';
          const [x, y] = corner(slots[i]);
          return rect([x, y, x + size, y + size], `shade flat ${kind}`);
        }),
        ...Array.from(
          { length: cells - 1 },
          (_, i) =>
            line((i + 1) * size, 0, (i + 1) * size, side, 'rule') +
            line(0, (i + 1) * size, side, (i + 1) * size, 'rule'),
        ),
      ].join(''),
    );
    drawing.above(
      objects
        .map(({ x, y, kind }, i) => (slots[i] === null ? '' : arrow(...corner(slots[i]), x, y, kind, drawing.unit)))
        .join(''),
    );
    const number = (value, i) => (i === 0 || i > 4 ? String(value) : shown(value));
    const columns = objects.map(({ name, kind }, i) => {
      const slot = slots[i];
      const cell = slot === null ? 'dropped' : `cell ${Math.floor(slot / cells)}, ${slot % cells}`;
      return { name, kind, cell, values: slot === null ? entries.map(() => '–') : label[slot].map(number) };
    });
    columns.push({
      name: 'others',
      kind: 'soft',
      cell: `${cells * cells - new Set(slots.filter((slot) => slot !== null)).size} cells`,
      values: entries.map((_, i) => (i === 0 ? '0' : '?')),
    });
    const head = columns
      .map(({ name, cell, kind }) => `<th scope="col" class="${kind}">${escaped(name)}<br><small>${cell}</small></th>`)
      .join('');
    const row = (entry, i) =>
      `<tr><th scope="row">${entry}</th>${columns.map(({ values, kind }) => `<td class="${kind}">${values[i]}</td>`).join('')}</tr>`;
    stage.numbers.innerHTML = `<table class="vectors"><thead><tr><th></th>${head}</tr></thead><tbody>${entries.map(row).join('')}</tbody></table>`;
    const say = ({ name, cell, values }) =>
      cell === 'dropped'
        ? `The ${name} is dropped: its cell is taken`
        : `${name}, ${cell}: midpoint ${values[1]}, ${values[2]}; height ${values[3]}, width ${values[4]}`;
    return `${columns.slice(0, 2).map(say).join('. ')}.`;
  }

  stage.start();
  return stage.close;
}
