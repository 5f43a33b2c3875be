// The image of the architecture, drawn from the imports as they are: a part of src stands above every part that it is built on.
// An arrow that follows from two others is left out.

const [boxWidth, boxHeight, gapX, gapY, margin] = [112, 46, 18, 44, 12];

/** `src/ops/conv2d.ts` is of part ops, `src/device/device.ts` of part device, `kernels/matmul.ts` of part kernels. */
function partOf(path) {
  const [first, second] = path.split('/');
  return first === 'src' ? second.replace(/\.ts$/, '') : first;
}

/** Parts with their files and the parts that they import, directly. Types alone connect nothing. */
export function importGraph(sources) {
  const graph = new Map();
  for (const { path, imports } of sources.values()) {
    if (path.startsWith('test/')) continue;
    const part = partOf(path);
    const node = graph.get(part) ?? { files: 0, uses: new Set() };
    node.files++;
    for (const target of imports) if (partOf(target) !== part) node.uses.add(partOf(target));
    graph.set(part, node);
  }
  // What everything, or nothing, is built on says nothing.
  for (const whole of ['index', 'shape', 'checks']) {
    graph.delete(whole);
    for (const { uses } of graph.values()) uses.delete(whole);
  }
  return graph;
}

/** How many steps above the lowest each part stands. */
function levels(graph) {
  const found = new Map();
  const level = (part, above = []) => {
    if (above.includes(part))
      throw new Error(`architecture: expected imports that go one way, got a circle at ${part}`);
    if (!found.has(part)) {
      found.set(part, Math.max(-1, ...[...graph.get(part).uses].map((used) => level(used, [...above, part]))) + 1);
    }
    return found.get(part);
  };
  for (const part of graph.keys()) level(part);
  return found;
}

function reaches(graph, from, to) {
  return from === to || [...graph.get(from).uses].some((next) => reaches(graph, next, to));
}

/** The image as SVG, in the colors of the page. */
export function architectureImage(graph) {
  const level = levels(graph);
  const height = Math.max(...level.values()) + 1;
  const rows = Array.from({ length: height }, (_, i) =>
    [...graph.keys()].filter((part) => level.get(part) === height - 1 - i),
  );
  const widest = Math.max(...rows.map((row) => row.length));
  const width = widest * (boxWidth + gapX) - gapX + 2 * margin;
  const places = new Map();
  for (const [y, row] of rows.entries()) {
    const ordered = orderedRow(row, graph, places);
    const indent = (width - (ordered.length * (boxWidth + gapX) - gapX)) / 2;
    for (const [x, part] of ordered.entries())
      places.set(part, { x: indent + x * (boxWidth + gapX), y: margin + y * (boxHeight + gapY) });
  }
  const arrows = [...graph].flatMap(([part, { uses }]) => {
    const direct = [...uses].filter(
      (used) => ![...uses].some((other) => other !== used && reaches(graph, other, used)),
    );
    return direct.map((used) => arrow(places.get(part), places.get(used)));
  });
  const boxes = [...graph].map(([part, { files }]) => box(part, files, places.get(part)));
  const total = rows.length * (boxHeight + gapY) - gapY + 2 * margin;
  const head = `<svg class="architecture" viewBox="0 0 ${width} ${total}" role="img" aria-label="Parts of the library and their imports">`;
  const marker =
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>';
  return [head, marker, ...arrows, ...boxes, '</svg>'].join('\n');
}

/** Below the parts that use them, so that arrows cross little. */
function orderedRow(row, graph, places) {
  const center = (part) => {
    const users = [...graph]
      .filter(([user, { uses }]) => uses.has(part) && places.has(user))
      .map(([user]) => places.get(user).x);
    return users.length === 0 ? 0 : users.reduce((sum, x) => sum + x, 0) / users.length;
  };
  return [...row].sort((a, b) => center(a) - center(b) || (a < b ? -1 : 1));
}

function arrow(from, to) {
  const [x1, y1, x2, y2] = [from.x + boxWidth / 2, from.y + boxHeight, to.x + boxWidth / 2, to.y - 2];
  const bend = Math.min(40, (y2 - y1) / 2);
  return `<path class="arrow" d="M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" marker-end="url(#tip)"/>`;
}

function box(part, files, { x, y }) {
  const middle = x + boxWidth / 2;
  return (
    `<g><rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="8"/>` +
    `<text class="part" x="${middle}" y="${y + 20}">${part}</text>` +
    `<text class="files" x="${middle}" y="${y + 36}">${files} ${files === 1 ? 'file' : 'files'}</text></g>`
  );
}
