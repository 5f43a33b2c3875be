import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pushFlow } from '../../src/graphCut/boykovKolmogorov';
import { flowGraph } from '../../src/graphCut/flowGraph';
import { createRandom, maxFlow } from '../../src/index';
import * as reference from '../reference/maxFlow';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('maxFlow');
const range = (n: number) => [...Array(n).keys()];

/** Flow is kept at every node, no edge carries more than it can, and the cut's capacity is the flow. */
function assertIsMaximum(
  nodes: number,
  edges: readonly (readonly number[])[],
  capacities: readonly number[],
  [source, sink]: readonly [number, number],
): number {
  const { flow, flows, sourceSide } = maxFlow(nodes, edges, capacities, { source, sink });
  const net = new Float64Array(nodes);
  let cut = 0;
  for (const [e, [a, b]] of edges.entries()) {
    const carried = flows.get(e);
    assert.ok(
      carried >= 0 && carried <= capacities[e] * (1 + 1e-12),
      `edge ${e} carries ${carried} of ${capacities[e]}`,
    );
    net[a] -= carried;
    net[b] += carried;
    if (sourceSide.get(a) === 1 && sourceSide.get(b) === 0) cut += capacities[e];
  }
  const scale = 1e-9 * (1 + flow);
  for (const node of range(nodes)) {
    const wanted = node === source ? -flow : node === sink ? flow : 0;
    assert.ok(Math.abs(net[node] - wanted) <= scale, `node ${node}: ${net[node]}, expected ${wanted}`);
  }
  assert.ok(Math.abs(cut - flow) <= scale, `a cut of ${cut} for a flow of ${flow}`);
  assert.is(sourceSide.get(source), 1);
  assert.is(sourceSide.get(sink), 0);
  return flow;
}

test('by hand: two paths with a bridge', () => {
  // 0 is the source, 3 the sink.
  const edges = [
    [0, 1],
    [0, 2],
    [1, 2],
    [1, 3],
    [2, 3],
  ];
  const { flow, flows, sourceSide } = maxFlow(4, edges, [3, 2, 1, 2, 3], { source: 0, sink: 3 });
  assert.is(flow, 5);
  assert.equal([...flows.data], [3, 2, 1, 2, 3]);
  assert.equal([...sourceSide.data], [1, 0, 0, 0]);
  // With half of it at the end, the cut lies there.
  const narrow = maxFlow(4, edges, [3, 2, 1, 1, 1], { source: 0, sink: 3 });
  assert.is(narrow.flow, 2);
  assert.equal([...narrow.sourceSide.data], [1, 1, 1, 0]);
});

test('edges of the terminals to each other, back, to themselves and several between two nodes', () => {
  const edges = [
    [0, 1],
    [0, 1],
    [1, 0],
    [0, 0],
    [0, 2],
    [2, 1],
    [2, 1],
    [0, 2],
    [1, 2],
    [2, 0],
    [2, 2],
  ];
  assert.is(assertIsMaximum(3, edges, [1, 2, 9, 9, 3, 2, 2, 2, 7, 7, 7], [0, 1]), 7);
});

test('nothing to flow: no edges, capacities of 0, edges against the way', () => {
  assert.equal(maxFlow(3, [], [], { source: 0, sink: 2 }).flow, 0);
  assert.equal([...maxFlow(3, [], [], { source: 1, sink: 2 }).sourceSide.data], [0, 1, 0]);
  assert.is(
    assertIsMaximum(
      3,
      [
        [0, 1],
        [1, 2],
      ],
      [0, 5],
      [0, 2],
    ),
    0,
  );
  assert.is(
    assertIsMaximum(
      3,
      [
        [1, 0],
        [2, 1],
      ],
      [4, 5],
      [0, 2],
    ),
    0,
  );
});

test('goldens of scipy: the flow and the smallest source side', () => {
  let count = 0;
  for (const { name, op, options, inputs, output, labels } of loadGolden('graphCut').cases) {
    if (op !== 'maxFlow') continue;
    count++;
    const of = ({ shape, data }: { shape: number[]; data: number[] }) => ndarray(Float64Array.from(data), shape);
    const { nodes, ...ends } = options as { nodes: number; source: number; sink: number };
    const result = maxFlow(nodes, of(inputs.edges), of(inputs.capacities), ends);
    assert.is(result.flow, output!.data[0], name);
    assert.equal([...result.sourceSide.data], labels!.data, name);
  }
  assert.is(count, 8);
});

test('random networks, sparse, dense and with fractions: as Edmonds and Karp, kept at every node', () => {
  const random = createRandom(104);
  for (const round of range(300)) {
    const nodes = 2 + random.integer(18);
    const count = random.integer(1 + (round % 5) * nodes);
    const edges = range(count).map(() => [random.integer(nodes), random.integer(nodes)]);
    const capacities = edges.map(() => (round % 2 ? random.integer(6) : random.uniform() ** 3));
    const source = random.integer(nodes);
    const sink = (source + 1 + random.integer(nodes - 1)) % nodes;
    const flow = assertIsMaximum(nodes, edges, capacities, [source, sink]);
    const matrix = range(nodes).map(() => new Array<number>(nodes).fill(0));
    for (const [e, [a, b]] of edges.entries()) if (a !== b) matrix[a][b] += capacities[e];
    const wanted = reference.maxFlow(matrix, source, sink);
    assert.ok(Math.abs(flow - wanted.flow) < 1e-9, `round ${round}: ${flow}, expected ${wanted.flow}`);
  }
});

test('a grid with edges both ways: as Edmonds and Karp', () => {
  const random = createRandom(5);
  for (const [height, width] of [
    [1, 9],
    [5, 6],
    [9, 7],
  ]) {
    const count = height * width;
    const edges: number[][] = [];
    const capacities: number[] = [];
    const add = (a: number, b: number, capacity: number) => {
      edges.push([a, b]);
      capacities.push(capacity);
    };
    for (const i of range(count)) {
      const [y, x] = [Math.floor(i / width), i % width];
      for (const [dy, dx] of [
        [0, 1],
        [1, 0],
        [1, 1],
        [1, -1],
      ]) {
        if (y + dy >= height || x + dx >= width || x + dx < 0) continue;
        const weight = random.integer(10);
        add(i, i + dy * width + dx, weight);
        add(i + dy * width + dx, i, weight);
      }
      add(count, i, random.integer(20));
      add(i, count + 1, random.integer(20));
    }
    const flow = assertIsMaximum(count + 2, edges, capacities, [count, count + 1]);
    const matrix = range(count + 2).map(() => new Array<number>(count + 2).fill(0));
    for (const [e, [a, b]] of edges.entries()) matrix[a][b] += capacities[e];
    assert.is(flow, reference.maxFlow(matrix, count, count + 1).flow);
  }
});

test('a network that is changed and pushed again has the cut of one that begins anew', () => {
  const random = createRandom(8);
  for (const _ of range(60)) {
    const nodes = 12;
    const pairs = range(30)
      .map(() => [random.integer(nodes), random.integer(nodes)])
      .filter(([a, b]) => a !== b);
    const capacities = pairs.map(() => random.integer(8));
    const make = () =>
      flowGraph({
        nodes,
        from: Int32Array.from(pairs, ([a]) => a),
        to: Int32Array.from(pairs, ([, b]) => b),
        forward: Float64Array.from(capacities),
        backward: Float64Array.from(capacities),
      });
    const again = make();
    let given = range(nodes).map(() => 0);
    for (const _step of range(4)) {
      const terminals = range(nodes).map(() => random.integer(21) - 10);
      for (const i of range(nodes)) again.terminal[i] += terminals[i] - given[i];
      given = terminals;
      const anew = make();
      anew.terminal.set(terminals);
      assert.equal([...pushFlow(again).inSource], [...pushFlow(anew).inSource]);
    }
  }
});

test('wrong input is refused', () => {
  const ends = { source: 0, sink: 1 };
  assertThrows(() => maxFlow(2, [[0, 2]], [1], ends), 'maxFlow: expected nodes from 0 to 1, got 2 in edge 0');
  assertThrows(() => maxFlow(2, [[0, 1]], [-1], ends), 'maxFlow: expected capacities ≥ 0, got -1 at 0');
  assertThrows(() => maxFlow(2, [[0, 1]], [1, 2], ends), 'maxFlow: expected capacities [1], got [2]');
  assertThrows(
    () => maxFlow(2, [[0, 1]], [1], { source: 1, sink: 1 }),
    'maxFlow: expected source and sink to be two nodes, got 1 for both',
  );
  assertThrows(() => maxFlow(2, [[0, 1]], [1], { source: 0, sink: 2 }), 'maxFlow: expected sink from 0 to 1, got 2');
});

test.run();
