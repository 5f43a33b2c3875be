// The address of each kind of page. All begin with `/`, count from the site's base, and have no ending.

/** `303-nms.ipynb` → `/notebooks/303-nms`. */
export function notebookAddress(file) {
  return `/notebooks/${file.replace(/\.ipynb$/, '')}`;
}

/** `src/boxes/nms.ts` → `/api/boxes/nms`. */
export function apiAddress(path) {
  return `/api/${path.replace(/^src\//, '').replace(/\.ts$/, '')}`;
}

/** `kernels/boxIou.ts` → `/source/kernels/boxIou`; a further dot would look like the ending of a file. */
export function sourceAddress(path) {
  return `/source/${path.replace(/\.ts$/, '').replaceAll('.', '-')}`;
}
