// Exercises that check themselves: a cell has a line marked `// change this line` (or several from `// change these lines` on), and the
// text after it a folded solution: the lines that belong there. With them the cell prints `right`, and never
// `not yet`.
import { text } from './notebook.mjs';

const marker = /\/\/ change (this line|these lines)\b/;
const solution = /<details>\s*<summary>Solution<\/summary>.*?```ts\n(.*?)\n```.*?<\/details>/s;

/**
 * The exercises of a notebook, solved: `{ index, source }`, the cell's index and its text with the solution in it.
 * Throws an Error where a cell has a marked line and no solution follows.
 */
export function solvedExercises({ cells }) {
  return cells.flatMap(({ cell_type, source }, index) => {
    const lines = text(source).split('\n');
    const first = lines.findIndex((line) => marker.test(line));
    if (cell_type !== 'code' || first < 0) return [];
    const next = cells[index + 1];
    const found = next?.cell_type === 'markdown' && solution.exec(text(next.source));
    if (!found) throw new Error(`cell ${index + 1}: expected a folded solution in the next cell, found none`);
    const solved = found[1].split('\n');
    const count = marker.exec(lines[first])[1] === 'this line' ? 1 : solved.length;
    return [{ index, source: lines.toSpliced(first, count, ...solved).join('\n') }];
  });
}
