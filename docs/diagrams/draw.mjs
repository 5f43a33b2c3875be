// What every diagram of the course is drawn from: images, feature maps, boxes of a network, arrows. One look and one meaning for each
// color, light and dark, so that architectures can be compared from notebook to notebook:
//   blue     has weights that are learned        gray    computes without weights
//   orange   belongs to one region or object     green   is shared by all of an image     red   is a loss
// A shape is `{ svg, left, top, right, bottom, texts }` in px; `arrow` connects two of them. `texts` are the places of its words, which a diagram checks.

/** Width of an average letter as a share of the size of its font, on the safe side. */
const letterWidth = 0.56;

const colors = {
  paper: ['#ffffff', '#1e1f24'],
  ink: ['#1b1f24', '#e6e8eb'],
  soft: ['#5b6570', '#a3acb8'],
  line: ['#8a94a0', '#7b8592'],
  learned: ['#d6e6ff', '#173e70'],
  'learned-line': ['#0b62d6', '#6fb0ff'],
  fixed: ['#eef1f4', '#33363d'],
  'fixed-line': ['#8a94a0', '#7b8592'],
  region: ['#ffe3d1', '#5e2f14'],
  'region-line': ['#d4500b', '#ff9a66'],
  shared: ['#d8f1de', '#17472a'],
  'shared-line': ['#1a7f3c', '#6fd391'],
  loss: ['#fde0e0', '#5e1c1c'],
  'loss-line': ['#c62828', '#ff8f8f'],
  sky: ['#b9dcf7', '#34587a'],
  grass: ['#b5d99c', '#3d6234'],
  ground: ['#d9c3a5', '#6b5638'],
  black: ['#1b1f24', '#08090b'],
  gray: ['#98a0a8', '#8b939b'],
  white: ['#ffffff', '#f4f5f7'],
};

const variables = (which) =>
  Object.entries(colors)
    .map(([name, values]) => `--d-${name}:${values[which]};`)
    .join('');
const kinds = ['learned', 'fixed', 'region', 'shared', 'loss'];

/**
 * The look. A file on its own follows the reader's system, a diagram inside a page the page: `:root` matches `<svg>` only where it is
 * the document.
 */
export const styles = [
  `.diagram{${variables(0)}background:var(--d-paper);font-family:system-ui,"Segoe UI",Helvetica,Arial,sans-serif}`,
  `.dark .diagram{${variables(1)}}`,
  `@media(prefers-color-scheme:dark){svg.diagram:root{${variables(1)}}}`,
  '.diagram text{fill:var(--d-ink);font-size:14px}',
  '.diagram .small{font-size:12px}.diagram .strong{font-weight:600}.diagram .soft{fill:var(--d-soft)}.diagram .math{font-style:italic}',
  ...kinds.map(
    (kind) =>
      `.diagram .${kind}{fill:var(--d-${kind});stroke:var(--d-${kind}-line);stroke-width:1.4}` +
      `.diagram text.${kind},.diagram .tip.${kind}{fill:var(--d-${kind}-line);stroke:none}` +
      `.diagram .outline.${kind}{fill:none;stroke-width:2.4}`,
  ),
  '.diagram .arrow{fill:none;stroke:var(--d-line);stroke-width:1.6}.diagram .tip{fill:var(--d-line)}.diagram .dashed{stroke-dasharray:5 4}',
  ...kinds.map((kind) => `.diagram .arrow.${kind}{fill:none;stroke:var(--d-${kind}-line)}`),
  '.diagram .rule{stroke:var(--d-line);stroke-width:1;fill:none}.diagram .frame{fill:none;stroke:var(--d-line);stroke-width:1.2}',
  ...['sky', 'grass', 'ground', 'black', 'gray', 'white', 'paper', 'ink'].map(
    (name) => `.diagram .${name}{fill:var(--d-${name})}`,
  ),
].join('\n');

/**
 * A whole diagram as SVG. `title` names it, `description` says in sentences what a reader who cannot see it must know.
 *
 * @throws where a text reaches beyond the edge or over another one.
 */
export function diagram({ width, height, title, description }, ...shapes) {
  const parts = shapes.flat(Number.POSITIVE_INFINITY).filter(Boolean);
  const texts = textsOf(parts);
  for (const [i, { left, top, right, bottom, words }] of texts.entries()) {
    if (left < 0 || top < 0 || right > width || bottom > height)
      throw new Error(`diagram "${title}": the text "${words}" reaches beyond the edge`);
    // Letters are a little smaller than their places.
    const over = texts
      .slice(i + 1)
      .find(
        (other) => left < other.right - 4 && other.left < right - 4 && top < other.bottom - 6 && other.top < bottom - 6,
      );
    if (over) throw new Error(`diagram "${title}": the texts "${words}" and "${over.words}" lie over each other`);
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="diagram" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`${title}. ${description}`)}">`,
    `<style>${styles}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="10"/>`,
    ...parts.map(({ svg }) => svg),
    '</svg>',
    '',
  ].join('\n');
}

const escaped = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const textsOf = (shapes) => shapes.flatMap(({ texts = [] }) => texts);

/** At most two decimals. */
const px = (value) => String(Math.round(value * 100) / 100);

/** Lines of text. `anchor` is start, middle or end; `look` adds classes: small, strong, soft, math, or a kind. The first line stands at y. */
export function text(x, y, words, { anchor = 'middle', look = '' } = {}) {
  const lines = String(words).split('\n');
  const size = /\bsmall\b/.test(look) ? 12 : 14;
  const width = Math.max(...lines.map((line) => line.length)) * size * letterWidth;
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  const spans = lines.map((line, i) => `<tspan x="${px(x)}" y="${px(y + i * (size + 4))}">${escaped(line)}</tspan>`);
  const place = { left, right: left + width, top: y - size, bottom: y + (lines.length - 1) * (size + 4) + 4 };
  const svg = `<text text-anchor="${anchor}"${look ? ` class="${look}"` : ''}>${spans.join('')}</text>`;
  return { svg, ...place, texts: [{ ...place, words }] };
}

/** Several shapes as one, so that arrows can end at it. */
export function group(...shapes) {
  const parts = shapes.flat(Number.POSITIVE_INFINITY);
  return {
    svg: parts.map(({ svg }) => svg).join('\n'),
    left: Math.min(...parts.map(({ left }) => left)),
    top: Math.min(...parts.map(({ top }) => top)),
    right: Math.max(...parts.map(({ right }) => right)),
    bottom: Math.max(...parts.map(({ bottom }) => bottom)),
    texts: textsOf(parts),
  };
}

/** A rectangle with its label in the middle: a layer, a step, a result. */
export function box(x, y, width, height, label = '', { kind = 'fixed', look = '', round = 7, outline = false } = {}) {
  const rect = `<rect class="${outline ? 'outline ' : ''}${kind}" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="${round}"/>`;
  const lines = label.split('\n').length;
  const step = /\bsmall\b/.test(look) ? 16 : 18;
  const words =
    label === '' ? [] : [text(x + width / 2, y + height / 2 + 5 - ((lines - 1) * step) / 2, label, { look })];
  for (const { left, right } of words)
    if (left < x - 2 || right > x + width + 2)
      throw new Error(`box: the text "${label}" is wider than its ${width} px`);
  const svg = [rect, ...words.map((shape) => shape.svg)].join('');
  return { svg, left: x, top: y, right: x + width, bottom: y + height, texts: textsOf(words) };
}

/** A feature map as a slab: width and height are what one sees of H and W, depth of the channels. Its size stands below. */
export function featureMap(x, y, { width, height, depth = 10, label = '', kind = 'learned' }) {
  const d = depth * 0.6;
  const front = `<rect class="${kind}" x="${px(x)}" y="${px(y + d)}" width="${px(width)}" height="${px(height)}"/>`;
  const above = `<path class="${kind}" d="M${px(x)} ${px(y + d)}l${px(d)} ${px(-d)}h${px(width)}l${px(-d)} ${px(d)}z"/>`;
  const side = `<path class="${kind}" d="M${px(x + width)} ${px(y + d)}l${px(d)} ${px(-d)}v${px(height)}l${px(-d)} ${px(d)}z"/>`;
  const words = label === '' ? [] : [text(x + (width + d) / 2, y + d + height + 17, label, { look: 'small soft' })];
  return {
    svg: [front, above, side, ...words.map(({ svg }) => svg)].join(''),
    left: x,
    top: y,
    right: x + width + d,
    bottom: y + d + height,
    texts: textsOf(words),
  };
}

/** A painted scene: sky, grass, ground, and things in front of them. */
export function scene(x, y, width, height = width) {
  const at = (share, length) => px(share * length);
  const rect = (look, top, bottom) =>
    `<rect class="${look}" x="0" y="${at(top, height)}" width="${px(width)}" height="${at(bottom - top, height)}"/>`;
  const svg = [
    `<g transform="translate(${px(x)} ${px(y)})">`,
    rect('sky', 0, 0.45),
    rect('grass', 0.45, 0.75),
    rect('ground', 0.75, 1),
    `<circle cx="${at(0.3, width)}" cy="${at(0.5, height)}" r="${at(0.17, width)}" fill="#e4572e"/>`,
    `<path d="M${at(0.72, width)} ${at(0.36, height)}L${at(0.92, width)} ${at(0.86, height)}H${at(0.52, width)}z" fill="#f2b134"/>`,
    `<rect class="frame" width="${px(width)}" height="${px(height)}"/></g>`,
  ].join('');
  return { svg, left: x, top: y, right: x + width, bottom: y + height };
}

/** Where the two objects of `scene` are, as shares of its sides: x, y, width, height. */
export const objects = { disc: [0.13, 0.33, 0.34, 0.34], triangle: [0.52, 0.36, 0.4, 0.5] };

/** An object's box in a `scene` at (x, y). */
export function objectBox(name, x, y, width, height = width, kind = 'region') {
  const [left, top, w, h] = objects[name];
  return box(x + left * width, y + top * height, w * width, h * height, '', { kind, outline: true, round: 0 });
}

/** A table of cells. `fill(row, column)` gives a kind or nothing, `label(row, column)` a text. */
export function cells(x, y, rows, columns, size, { fill = () => 'fixed', label = () => '', look = 'small' } = {}) {
  const parts = [];
  const texts = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [left, top] = [x + column * size, y + row * size];
      const kind = fill(row, column);
      parts.push(
        `<rect class="${kind || 'frame'}" x="${px(left)}" y="${px(top)}" width="${px(size)}" height="${px(size)}"/>`,
      );
      const words = label(row, column);
      if (words === '') continue;
      const shape = text(left + size / 2, top + size / 2 + 4, words, { look });
      parts.push(shape.svg);
      texts.push(...shape.texts);
    }
  return { svg: parts.join(''), left: x, top: y, right: x + columns * size, bottom: y + rows * size, texts };
}

/** The middle of a shape's side. */
export function side(shape, name) {
  const [x, y] = [(shape.left + shape.right) / 2, (shape.top + shape.bottom) / 2];
  return { left: [shape.left, y], right: [shape.right, y], top: [x, shape.top], bottom: [x, shape.bottom] }[name];
}

/**
 * From one shape or point to another, with its name above the middle. Between shapes it leaves where the other one lies: from `from`'s side to
 * `to`'s, chosen by `sides`, such as `['right', 'left']`.
 */
export function arrow(
  start,
  end,
  { label = '', kind = '', dashed = false, sides, gap = 4, look = 'small', shift = [0, 0] } = {},
) {
  const [from, to] = [start, end].map((at) =>
    Array.isArray(at) ? { left: at[0], right: at[0], top: at[1], bottom: at[1] } : at,
  );
  const [leave, arrive] =
    sides ??
    (to.left >= from.right - 1 ? ['right', 'left'] : to.top >= from.bottom - 1 ? ['bottom', 'top'] : ['top', 'bottom']);
  const [[x1, y1], [x2, y2]] = [side(from, leave), side(to, arrive)];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [sx, sy, ex, ey] = [x1 + dx * gap, y1 + dy * gap, x2 - dx * gap, y2 - dy * gap];
  const [bx, by] = [ex - dx * 8, ey - dy * 8];
  const look2 = `${kind ? ` ${kind}` : ''}${dashed ? ' dashed' : ''}`;
  const line = `<path class="arrow${look2}" d="M${px(sx)} ${px(sy)}L${px(bx)} ${px(by)}"/>`;
  const tip = `<path class="tip${kind ? ` ${kind}` : ''}" d="M${px(ex)} ${px(ey)}L${px(bx - dy * 4)} ${px(by + dx * 4)}L${px(bx + dy * 4)} ${px(by - dx * 4)}z"/>`;
  const words =
    label === ''
      ? []
      : [
          text((sx + ex) / 2 + shift[0], (sy + ey) / 2 - 7 + shift[1] - (label.split('\n').length - 1) * 16, label, {
            look: `${look} soft`,
          }),
        ];
  return {
    svg: [line, tip, ...words.map(({ svg }) => svg)].join(''),
    left: Math.min(sx, ex),
    top: Math.min(sy, ey),
    right: Math.max(sx, ex),
    bottom: Math.max(sy, ey),
    texts: textsOf(words),
  };
}

/** A line through corners, such as a skip that runs around layers; with an arrowhead at its end where `tip`. */
export function path(points, { kind = '', dashed = false, tip = true, label = '', at } = {}) {
  const [before, last] = points.slice(-2);
  const length = Math.hypot(last[0] - before[0], last[1] - before[1]) || 1;
  const [dx, dy] = [(last[0] - before[0]) / length, (last[1] - before[1]) / length];
  const [ex, ey] = [last[0] - dx * 3, last[1] - dy * 3];
  const [bx, by] = tip ? [ex - dx * 8, ey - dy * 8] : last;
  const d = [...points.slice(0, -1), [bx, by]].map(([x, y], i) => `${i ? 'L' : 'M'}${px(x)} ${px(y)}`).join('');
  const head = tip
    ? `<path class="tip${kind ? ` ${kind}` : ''}" d="M${px(ex)} ${px(ey)}L${px(bx - dy * 4)} ${px(by + dx * 4)}L${px(bx + dy * 4)} ${px(by - dx * 4)}z"/>`
    : '';
  const words = label === '' ? [] : [text(...at, label, { look: 'small soft' })];
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return {
    svg: `<path class="arrow${kind ? ` ${kind}` : ''}${dashed ? ' dashed' : ''}" stroke-linejoin="round" d="${d}"/>${head}${words.map(({ svg }) => svg).join('')}`,
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
    texts: textsOf(words),
  };
}

/** A filled polygon. */
export function area(points, kind = 'learned') {
  const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
  return {
    svg: `<path class="${kind}" d="M${points.map((point) => point.map(px).join(' ')).join('L')}z"/>`,
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

/** A dot, such as a sample point or a center. */
export function dot(x, y, { radius = 4, kind = 'region', look = '' } = {}) {
  return {
    svg: `<circle class="${look || kind}" cx="${px(x)}" cy="${px(y)}" r="${radius}"/>`,
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  };
}

/** What the colors of a diagram mean, in a row. */
export function legend(x, y, entries) {
  let left = x;
  return entries.flatMap(([kind, words]) => {
    const square = box(left, y - 10, 12, 12, '', { kind, round: 2 });
    const label = text(left + 18, y, words, { anchor: 'start', look: 'small soft' });
    left = label.right + 14;
    return [square, label];
  });
}
