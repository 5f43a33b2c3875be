import { area, arrow, box, diagram, dot, path, text } from './draw.mjs';

const title = 'From detections to average precision';
const description =
  'The detections of a class in all images are sorted by score. Going down the list, each is a true positive if it overlaps an object that is still free by IoU 0.5 or more, else a false positive. Precision and recall after each one draw a curve; the area below its envelope is the average precision.';

// Three objects; the fourth detection finds the third.
const found = [true, true, false, true, false];
const objects = 3;

export default function averagePrecision() {
  const rows = found.map((right, i) => {
    const hits = found.slice(0, i + 1).filter(Boolean).length;
    return { right, precision: hits / (i + 1), recall: hits / objects };
  });
  const [x, y, w, h] = [500, 60, 210, 160];
  const at = ({ recall, precision }) => [x + recall * w, y + h - precision * h];
  const scores = ['.95', '.90', '.80', '.60', '.30'];
  const column = (i, left, words) => [
    text(left + 40, 58, words, { look: 'small soft' }),
    rows.map((row, k) => {
      const values = [scores[k], row.right ? 'true' : 'false', row.precision.toFixed(2), row.recall.toFixed(2)];
      return box(left, 70 + k * 32, 80, 32, values[i], {
        kind: i === 1 ? (row.right ? 'shared' : 'loss') : 'fixed',
        look: 'small',
        round: 0,
      });
    }),
  ];
  return diagram(
    { width: 760, height: 270, title, description },
    ['score', 'positive', 'precision', 'recall'].map((words, i) => column(i, 40 + i * 80, words)),
    text(200, 254, 'sorted by score; three objects', { look: 'small soft' }),
    arrow([366, 150], [470, 150]),
    area(
      [
        [x, y],
        [x + (2 / 3) * w, y],
        [x + (2 / 3) * w, y + 0.25 * h],
        [x + w, y + 0.25 * h],
        [x + w, y + h],
        [x, y + h],
      ],
      'learned',
    ),
    path([[x, y], ...rows.map(at)], { tip: false }),
    rows.map((row) => dot(...at(row), { kind: row.right ? 'shared' : 'loss', radius: 5 })),
    text(x + w / 2, y + h + 20, 'recall', { look: 'small soft' }),
    text(x + 6, y - 10, 'precision', { look: 'small soft', anchor: 'start' }),
    text(x + 0.42 * w, y + 0.6 * h, 'AP = area', { look: 'strong' }),
    text(x + 0.42 * w, y + 0.6 * h + 20, '= 0.92', { look: '' }),
  );
}
