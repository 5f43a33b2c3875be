// One region on one feature map, read twice: RoI Pool rounds to whole cells, RoI Align samples between them.
import { clamp, dot, grip, openStage, px, rect, shown, words } from './stage.mjs';

/** Halves are rounded away from 0. */
const rounded = (value) => (value < 0 ? Math.ceil(value - 0.5) : Math.floor(value + 0.5));

/**
 * RoI Pool of a map `{ height, width, values }`, `values` row by row: the first and last cells of the region x1, y1, x2, y2 in px, and
 * for each of `size`² bins its cells, x1, y1, x2, y2 with ends that do not belong to it, the largest value, and where that stands; −1 in
 * a bin without cells, whose value is 0.
 */
export function roiPool({ height, width, values }, region, { size, stride }) {
  const [left, top, right, bottom] = region.map((edge) => rounded(edge / stride));
  const across = Math.max(right - left + 1, 1) / size;
  const down = Math.max(bottom - top + 1, 1) / size;
  const bins = [];
  for (let p = 0; p < size; p++)
    for (let q = 0; q < size; q++) {
      const [x1, x2] = [Math.floor(q * across), Math.ceil((q + 1) * across)].map((x) => clamp(x + left, 0, width));
      const [y1, y2] = [Math.floor(p * down), Math.ceil((p + 1) * down)].map((y) => clamp(y + top, 0, height));
      let place = -1;
      for (let y = y1; y < y2; y++)
        for (let x = x1; x < x2; x++) if (place < 0 || values[y * width + x] > values[place]) place = y * width + x;
      bins.push({ cells: [x1, y1, x2, y2], value: place < 0 ? 0 : values[place], place });
    }
  return { cells: [left, top, right, bottom], bins };
}

/** The map at (x, y), in cells, where a cell's value stands at its own numbers; 0 more than one cell outside. */
export function sampled({ height, width, values }, x, y) {
  if (x < -1 || y < -1 || x > width || y > height) return 0;
  const [u, v] = [clamp(x, 0, width - 1), clamp(y, 0, height - 1)];
  const [column, row] = [Math.floor(u), Math.floor(v)];
  const [next, below] = [Math.min(column + 1, width - 1), Math.min(row + 1, height - 1)];
  const [right, lower] = [u - column, v - row];
  const at = (r, c) => values[r * width + c];
  return (
    (1 - lower) * ((1 - right) * at(row, column) + right * at(row, next)) +
    lower * ((1 - right) * at(below, column) + right * at(below, next))
  );
}

/** RoI Align: for each of `size`² bins its `samples`² points, in cells from the corner of the map, and the mean of what they read. */
export function roiAlign(map, region, { size, stride, samples = 2 }) {
  const [x1, y1, x2, y2] = region.map((edge) => edge / stride);
  const [across, down] = [(x2 - x1) / size, (y2 - y1) / size];
  const bins = [];
  for (let p = 0; p < size; p++)
    for (let q = 0; q < size; q++) {
      const points = [];
      for (let i = 0; i < samples; i++)
        for (let j = 0; j < samples; j++)
          points.push([x1 + (q + (j + 0.5) / samples) * across, y1 + (p + (i + 0.5) / samples) * down]);
      // The value of a cell stands in its middle.
      const read = points.map(([x, y]) => sampled(map, x - 0.5, y - 0.5));
      bins.push({ points, value: read.reduce((sum, value) => sum + value, 0) / points.length });
    }
  return { bins };
}

const stride = 32;
const [columns, rows] = [9, 7];
const [width, height] = [columns * stride, rows * stride];

/** A map with two hills, from 0 to 99. */
export const map = {
  height: rows,
  width: columns,
  values: Array.from({ length: rows * columns }, (_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    const hill = (cx, cy, wide, high) => high * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / wide);
    return Math.round(8 + hill(2.2, 2.1, 3.4, 86) + hill(6.6, 4.2, 4.6, 64));
  }),
};

export default function roiPoolFigure(place) {
  const begin = () => [42, 40, 170, 148];
  let region = begin();
  let size = 2;
  const stage = openStage(place, {
    draw,
    reset: () => {
      region = begin();
    },
  });
  stage.root.classList.add('pair');
  const names = ['RoI Pool', 'RoI Align'];
  const drawings = names.map((name, i) => {
    const drawing = stage.drawing({
      width,
      height,
      label: `A region on a feature map, as ${name} reads it`,
      title: name,
    });
    const text = () => `left ${region[0]}, top ${region[1]}, right ${region[2]}, bottom ${region[3]} px`;
    const part = (label, at, look, move) =>
      drawing.handle({
        label: `region: ${label}`,
        kind: 'region',
        step: 2,
        leap: 8,
        place: at,
        text,
        look,
        move,
        isTwin: i > 0,
      });
    const whole = [width, height];
    part(
      'move it',
      () => region.slice(0, 2),
      () => rect(region, 'area clear'),
      (x, y) => {
        const start = [x, y].map((value, axis) =>
          clamp(Math.round(value), 0, whole[axis] - region[axis + 2] + region[axis]),
        );
        region = [...start, ...start.map((value, axis) => value + region[axis + 2] - region[axis])];
      },
    );
    part(
      'move its upper left corner',
      () => region.slice(0, 2),
      () => grip(...region.slice(0, 2)),
      (x, y) => {
        region = [clamp(Math.round(x), 0, region[2] - 16), clamp(Math.round(y), 0, region[3] - 16), ...region.slice(2)];
      },
    );
    part(
      'move its lower right corner',
      () => region.slice(2),
      () => grip(...region.slice(2)),
      (x, y) => {
        region = [
          ...region.slice(0, 2),
          clamp(Math.round(x), region[0] + 16, width),
          clamp(Math.round(y), region[1] + 16, height),
        ];
      },
    );
    return drawing;
  });
  stage.choice(
    'Bins',
    [2, 3].map((n) => [n, `${n} × ${n}`]),
    {
      value: () => size,
      set: (n) => {
        size = n;
      },
    },
  );

  function draw() {
    const pool = roiPool(map, region, { size, stride });
    const align = roiAlign(map, region, { size, stride });
    const winners = new Set(pool.bins.map(({ place }) => place));
    const cells = (isMarked) =>
      map.values
        .map((value, i) => {
          const [x, y] = [(i % columns) * stride, Math.floor(i / columns) * stride];
          const look = isMarked(i) ? 'small strong' : 'small soft';
          return (
            `<rect class="cell" style="--share:${px(value)}%" x="${x}" y="${y}" width="${stride}" height="${stride}"/>` +
            words(x + stride / 2, y + stride / 2, value, look, { shift: [0, 4] })
          );
        })
        .join('');
    const inset = ([x1, y1, x2, y2], by) => [x1 * stride + by, y1 * stride + by, x2 * stride - by, y2 * stride - by];
    drawings[0].below(
      cells((i) => winners.has(i)) +
        pool.bins.map((bin) => rect(inset(bin.cells, 2), 'bin')).join('') +
        [...winners]
          .filter((i) => i >= 0)
          .map((i) =>
            rect(
              inset([i % columns, Math.floor(i / columns), (i % columns) + 1, Math.floor(i / columns) + 1], 5),
              'winner',
            ),
          )
          .join(''),
    );
    const [across, down] = [(region[2] - region[0]) / size, (region[3] - region[1]) / size];
    drawings[1].below(
      cells(() => false) +
        align.bins
          .map((bin, i) => {
            const [x, y] = [region[0] + (i % size) * across, region[1] + Math.floor(i / size) * down];
            return (
              rect([x, y, x + across, y + down], 'bin') +
              bin.points.map(([u, v]) => dot(u * stride, v * stride, 'sample')).join('')
            );
          })
          .join(''),
    );
    const [left, top, right, bottom] = pool.cells;
    const snapped = [left, top, right + 1, bottom + 1].map((cell) => cell * stride);
    const shift = (i) => `${snapped[i] > region[i] ? '+' : ''}${shown(snapped[i] - region[i], 0)}`;
    const table = (name, values) =>
      `<table><caption>${name} reads</caption>${Array.from(
        { length: size },
        (_, p) =>
          `<tr>${values
            .slice(p * size, (p + 1) * size)
            .map(
              (value) =>
                `<td style="--share:${px(clamp(value, 0, 99))}%">${value % 1 === 0 ? value : shown(value, 1)}</td>`,
            )
            .join('')}</tr>`,
      ).join('')}</table>`;
    stage.showNumbers(
      [
        { name: 'region, px', text: region.join(', '), kind: 'region' },
        { name: 'rounding moves the edges by, px', text: [0, 1, 2, 3].map(shift).join(', '), kind: 'learned' },
      ],
      `<div class="tables">${[pool, align]
        .map(({ bins }, i) =>
          table(
            names[i],
            bins.map(({ value }) => value),
          ),
        )
        .join('')}</div>`,
    );
    const spoken = ({ bins }) => bins.map(({ value }) => shown(value, 0)).join(', ');
    return `RoI Pool reads ${spoken(pool)}. RoI Align reads ${spoken(align)}.`;
  }

  stage.start();
  return stage.close;
}
