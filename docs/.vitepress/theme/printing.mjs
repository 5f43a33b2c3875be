// Figures are drawn when they come near the screen. On paper all of them belong: Ctrl+P draws what is missing, then prints.

const drawings = new Set();
let listens = false;

async function print(event) {
  if (event.key !== 'p' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  await Promise.all([...drawings].map((draw) => draw()));
  window.print();
}

/** `draw` promises to draw a figure, and does nothing where that is done. @returns forgets it again. */
export function beforePrinting(draw) {
  if (!listens && typeof window !== 'undefined') {
    window.addEventListener('keydown', print);
    listens = true;
  }
  drawings.add(draw);
  return () => drawings.delete(draw);
}
