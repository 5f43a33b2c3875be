/** A closed line around pixels: its corners in px, the last one joined to the first. */
export type Ring = [x: number, y: number][];

/**
 * Outlines of a mask along the edges of its pixels: clockwise on the screen around its parts, the other way around holes, so that
 * what is filled is the mask. Pixels that touch at a corner only are parts of their own.
 *
 * @param on whether the pixel belongs to the mask; asked next to the image, too.
 */
export function outlines(height: number, width: number, on: (y: number, x: number) => boolean): Ring[] {
  // Directed edges with the pixel on their right, by the corner that they start from.
  const edges = new Map<number, Ring>();
  const key = (x: number, y: number) => y * (width + 1) + x;
  const edge = (x1: number, y1: number, x2: number, y2: number) => {
    const from = edges.get(key(x1, y1));
    if (from) from.push([x2, y2]);
    else edges.set(key(x1, y1), [[x2, y2]]);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!on(y, x)) continue;
      if (!on(y - 1, x)) edge(x, y, x + 1, y);
      if (!on(y, x + 1)) edge(x + 1, y, x + 1, y + 1);
      if (!on(y + 1, x)) edge(x + 1, y + 1, x, y + 1);
      if (!on(y, x - 1)) edge(x, y + 1, x, y);
    }
  }
  const rings: Ring[] = [];
  for (const [corner, starts] of edges) {
    while (starts.length > 0) {
      const [x, y] = [corner % (width + 1), Math.floor(corner / (width + 1))];
      rings.push(follow([x, y], ([column, row]) => edges.get(key(column, row))!));
    }
  }
  return rings;
}

/** Takes edges off the lists until the line is closed; corners where it goes straight on are left out. */
function follow(start: Ring[number], edgesFrom: (corner: Ring[number]) => Ring): Ring {
  const ring: Ring = [];
  let first: number[] = [];
  let direction = [0, 0];
  let corner = start;
  for (;;) {
    const [x, y] = corner;
    const choices = edgesFrom(corner);
    // Where two edges leave a corner, the one to the right stays with the pixel that the line is around.
    const right = choices.findIndex(([x2, y2]) => x2 - x === -direction[1] && y2 - y === direction[0]);
    if (first.length > 0 && x === start[0] && y === start[1] && right < 0) break;
    const [next] = choices.splice(Math.max(0, right), 1);
    const step = [next[0] - x, next[1] - y];
    if (step[0] !== direction[0] || step[1] !== direction[1]) ring.push(corner);
    if (first.length === 0) first = step;
    direction = step;
    corner = next;
  }
  if (first[0] === direction[0] && first[1] === direction[1]) ring.shift();
  return ring;
}
