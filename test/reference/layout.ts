import { type Array64, at, build } from './array64';

export function reshape(x: Array64, shape: readonly number[]): Array64 {
  return { shape, data: x.data };
}

export function permute(x: Array64, axes: readonly number[]): Array64 {
  return build(
    axes.map((axis) => x.shape[axis]),
    (...index) => at(x, ...x.shape.map((_, axis) => index[axes.indexOf(axis)])),
  );
}

export function concat(parts: readonly Array64[], axis: number): Array64 {
  const total = parts.reduce((size, { shape }) => size + shape[axis], 0);
  return build(
    parts[0].shape.map((size, i) => (i === axis ? total : size)),
    (...index) => {
      let part = 0;
      let along = index[axis];
      while (along >= parts[part].shape[axis]) along -= parts[part++].shape[axis];
      return at(parts[part], ...index.map((i, a) => (a === axis ? along : i)));
    },
  );
}

/** Every element `first + i · step` of each axis, up to but not including `last`. */
export function slice(x: Array64, ranges: readonly (readonly [first: number, last: number, step: number])[]): Array64 {
  return build(
    ranges.map(([first, last, step]) => Math.ceil((last - first) / step)),
    (...index) => at(x, ...index.map((i, axis) => ranges[axis][0] + i * ranges[axis][2])),
  );
}

export function pad(x: Array64, padding: readonly (readonly [number, number])[], value: number): Array64 {
  return build(
    x.shape.map((size, axis) => padding[axis][0] + size + padding[axis][1]),
    (...index) => {
      const source = index.map((i, axis) => i - padding[axis][0]);
      return source.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(x, ...source) : value;
    },
  );
}

/** Borders that repeat cells of their own row: mirrored at the outermost one, or that one itself. */
export function extend(
  x: Array64,
  padding: readonly (readonly [number, number])[],
  mode: 'reflect' | 'replicate',
): Array64 {
  return build(
    x.shape.map((size, axis) => padding[axis][0] + size + padding[axis][1]),
    (...index) =>
      at(
        x,
        ...index.map((i, axis) => {
          const [position, last] = [i - padding[axis][0], x.shape[axis] - 1];
          if (mode === 'replicate') return Math.min(Math.max(position, 0), last);
          if (position < 0) return -position;
          return position > last ? 2 * last - position : position;
        }),
      ),
  );
}

export function gather(x: Array64, indices: readonly number[], axis: number): Array64 {
  return build(
    x.shape.map((size, i) => (i === axis ? indices.length : size)),
    (...index) => at(x, ...index.map((i, a) => (a === axis ? indices[i] : i))),
  );
}

export function expand(x: Array64, shape: readonly number[]): Array64 {
  const offset = shape.length - x.shape.length;
  return build(shape, (...index) => at(x, ...x.shape.map((size, axis) => (size === 1 ? 0 : index[axis + offset]))));
}

/** Adds slice i of an axis to position `indices[i]` of one that is `size` long. */
export function scatterAdd(x: Array64, indices: readonly number[], axis: number, size: number): Array64 {
  return build(
    x.shape.map((count, i) => (i === axis ? size : count)),
    (...index) => {
      let total = 0;
      for (const [i, position] of indices.entries()) {
        if (position === index[axis]) total += at(x, ...index.map((own, a) => (a === axis ? i : own)));
      }
      return total;
    },
  );
}

export function flip(x: Array64, axes: readonly number[]): Array64 {
  return build(x.shape, (...index) =>
    at(x, ...index.map((i, axis) => (axes.includes(axis) ? x.shape[axis] - 1 - i : i))),
  );
}

export function stack(parts: readonly Array64[], axis: number): Array64 {
  const { shape } = parts[0];
  return build([...shape.slice(0, axis), parts.length, ...shape.slice(axis)], (...index) =>
    at(parts[index[axis]], ...index.filter((_, a) => a !== axis)),
  );
}

export function oneHot(labels: Array64, classes: number): Array64 {
  return build([...labels.shape, classes], (...index) => (at(labels, ...index.slice(0, -1)) === index.at(-1) ? 1 : 0));
}
