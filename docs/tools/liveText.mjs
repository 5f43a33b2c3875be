// Compares what a cell shows in a browser with what it showed when the notebook was executed.

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is looked for
const withoutColors = (text) => text.replace(/\x1b\[[\d;]*m/g, '');

/** A number with a unit of time, or a speed: its line is measured, and only its words are compared. */
const measured = /\d ?(ns|µs|ms|s|seconds?|minutes?|min|hours?|days?|GFLOP\/s|MB\/s|images\/s|steps\/s)(?![\w/])/;

/** Another machine may say hours where this one says minutes. */
const unitOfTime = /\b(ns|µs|ms|s|seconds?|minutes?|min|hours?|days?|years?)(?![\w/])/g;

const number = /[-+]?\d[\d.,]*(e[-+]?\d+)?/g;

/** What is left of nothing when numbers of single precision are summed in another order. */
const rounding = /[-+]?\d(\.\d+)?e-(0?[89]|[1-9]\d+)/g;

/** The machine's own: what it runs on, and why not on something else. */
const machine = /^.*\b(runs on|not on webgpu|webasm:|webgpu:|executor|largest difference)\b.*$/gim;

/** The lines of a text in which nothing is left that differs between machines. */
export function comparableLines(text) {
  const lines = withoutColors(text).replace(machine, '(machine)').split('\n');
  return lines
    .map((line) =>
      measured.test(line) ? line.replace(number, '#').replace(unitOfTime, 'time') : line.replace(rounding, '~0'),
    )
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}

/** Whether two lines have the same words, and numbers as near as those of two trainings that round differently. */
function isNear(expected = '', got = '') {
  const [a, b] = [expected, got].map((line) => line.match(number) ?? []);
  if (a.length !== b.length || expected.replace(number, '#') !== got.replace(number, '#')) return false;
  const values = (list) => list.map((text) => Number(text.replace(/,(?=\d{3})/g, '').replace(/[.,]$/, '')));
  const [x, y] = [values(a), values(b)];
  return x.every((value, i) => Math.abs(value - y[i]) <= 0.1 * Math.max(Math.abs(value), Math.abs(y[i]), 0.5));
}

/**
 * A line for each difference: `outputs` are those of the notebook, `{ text }`, `{ figure }` or `{ html }`; `live` is
 * `{ text, figures }`. Where the notebook trains (`trains`), an engine that rounds a product before it is added ends with other digits.
 */
export function differences(outputs, live, { trains = false } = {}) {
  const expected = comparableLines(outputs.map(({ text }) => text ?? '').join(''));
  const got = comparableLines(live.text);
  const length = Math.max(expected.length, got.length);
  const wrong = [];
  for (let i = 0; i < length; i++) {
    if (expected[i] !== got[i] && !(trains && isNear(expected[i], got[i])))
      wrong.push(`expected "${expected[i] ?? ''}", got "${got[i] ?? ''}"`);
  }
  const figures = outputs.filter(({ figure }) => figure).length;
  if (figures !== live.figures) wrong.push(`expected ${figures} figures, got ${live.figures}`);
  return wrong;
}
