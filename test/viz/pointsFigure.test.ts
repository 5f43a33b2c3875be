import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cssColor } from '../../src/viz/palette';
import { pointsFigure } from '../../src/viz/pointsFigure';
import { assertThrows } from '../support/assertThrows';

const test = suite('pointsFigure');

const points = [
  [0, 0],
  [1, 3],
  [2, 0],
];

test('a trace for each group, also for an empty one, then path and centers in the colors of their groups', () => {
  const figure: any = pointsFigure(points, {
    labels: [0, 2, 0],
    centers: [
      [1, 0],
      [5, 5],
      [1, 3],
    ],
    path: [
      [0, 1],
      [1, 1],
    ],
    circle: [1, 1, 2],
  });
  assert.equal(
    figure.data.map(({ x, mode }: any) => [x, mode]),
    [
      [[0, 2], 'markers'],
      [[], 'markers'],
      [[1], 'markers'],
      [[0, 1], 'lines+markers'],
      [[1], 'markers'],
      [[5], 'markers'],
      [[1], 'markers'],
    ],
  );
  assert.is(figure.data[6].marker.color, figure.data[2].marker.color);
  assert.equal(figure.layout.xaxis.range, [-0.5, 5.5]);
  assert.equal(figure.layout.yaxis.range, [-0.5, 5.5]);
  const [{ x0, x1, y0, y1 }] = figure.layout.shapes;
  assert.equal([x0, x1, y0, y1], [-1, 3, -1, 3]);
});

test('no points, and a range of its own', () => {
  const figure: any = pointsFigure([], {
    range: [
      [0, 4],
      [1, 2],
    ],
    axes: ['a', 'b'],
  });
  assert.equal([figure.data, figure.layout.xaxis.range, figure.layout.yaxis.title.text], [[], [0, 4], 'b']);
});

test('names, trajectories and basins', () => {
  const figure: any = pointsFigure(points, {
    labels: [0, 1, 0],
    names: ['a', 'b'],
    trajectories: [
      [
        [0, 0],
        [1, 1],
      ],
      [[1, 3]],
      [
        [2, 0],
        [2, 2],
      ],
    ],
    basins: {
      x: [0, 1],
      y: [0, 1],
      labels: [
        [0, 1],
        [-1, 1],
      ],
    },
  });
  const [basin, one, other, first] = figure.data;
  assert.equal(
    [basin.type, basin.z, basin.zmax],
    [
      'heatmap',
      [
        [0, 1],
        [null, 1],
      ],
      1.5,
    ],
  );
  assert.equal(one.x, [0, 1, null, 2, 2, null]);
  assert.equal([other.x, other.line.color], [[1, null], cssColor(1)]);
  assert.equal([first.name, first.showlegend, first.mode], ['a', true, 'markers']);
  assertThrows(() => pointsFigure(points, { trajectories: [] }), 'pointsFigure: expected 3 trajectories, got 0');
  assertThrows(
    () => pointsFigure(points, { basins: { x: [0], y: [0, 1], labels: [[0]] } }),
    'pointsFigure: expected 2 rows of basins, got 1',
  );
});

test('numbers of two kinds have scales of their own, and a tenth of room around them', () => {
  const times = [
    [2, 0.6],
    [12, 0.7],
  ];
  const { data, layout }: any = pointsFigure(times, { sameScale: false, labels: [0, 1], names: ['a', 'b'] });
  assert.equal(layout.xaxis.range, [1, 13]);
  assert.equal(
    layout.yaxis.range.map((end: number) => end.toFixed(3)),
    ['0.590', '0.710'],
  );
  assert.is(layout.yaxis.scaleanchor, undefined);
  assert.equal([data[0].name, data[0].hoverinfo], ['a', 'x+y+name']);
  const alone: any = pointsFigure([[2, 0.6]], { sameScale: false }).layout;
  assert.equal(alone.xaxis.range, [1.5, 2.5]);
  const usual: any = pointsFigure(times).layout;
  assert.equal([usual.xaxis.range, usual.yaxis.scaleanchor], [[1.5, 12.5], 'x']);
});

test('throws', () => {
  assertThrows(() => pointsFigure([[1, 2, 3]]), 'pointsFigure: expected points [N, 2], got [1, 3]');
  assertThrows(() => pointsFigure(points, { labels: [0] }), 'pointsFigure: expected 3 labels, got 1');
  assertThrows(
    () => pointsFigure(points, { labels: [0, 0.5, 1] }),
    'pointsFigure: expected whole labels from 0, got 0.5',
  );
});

test.run();
