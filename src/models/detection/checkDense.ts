import { checkTensor } from '../../checks/arguments';
import { checkLayout } from '../../checks/arrays';
import { isRecord } from '../../checks/record';
import { shown } from '../../checks/shown';
import type { Tensor } from '../../tensor/tensor';

/** Tensors by their names, and the numbers in a row of each; null where a row is one number without an axis of its own. */
type Columns = Readonly<Record<string, number | null>>;

function checkAll(model: string, what: string, given: unknown, layouts: Readonly<Record<string, string>>): void {
  if (!isRecord(given)) {
    throw new Error(`${model}: expected ${what} { ${Object.keys(layouts).join(', ')} }, got ${shown(given)}`);
  }
  for (const [name, layout] of Object.entries(layouts)) {
    checkTensor(model, `${what}.${name}`, given[name]);
    checkLayout(model, `${what}.${name}`, (given[name] as Tensor).shape, layout);
  }
}

/**
 * Throws unless outputs `[N, P, …]`, one row for each anchor or location, and targets `[N · P, …]` fit each other.
 * @returns N and P.
 */
export function checkDense(
  model: string,
  { outputs, targets }: { outputs: object; targets: object },
  columns: { outputs: Columns; targets: Columns },
): { images: number; each: number } {
  const layoutsOf = (own: Columns, rows: string) =>
    Object.fromEntries(
      Object.entries(own).map(([name, count]) => [name, `[${rows}${count === null ? '' : `, ${count}`}]`]),
    );
  checkAll(model, 'outputs', outputs, layoutsOf(columns.outputs, 'N, P'));
  const [first] = Object.keys(columns.outputs);
  const [images, each] = (outputs as Record<string, Tensor>)[first].shape;
  checkAll(model, 'outputs', outputs, layoutsOf(columns.outputs, `${images}, ${each}`));
  checkAll(model, 'targets', targets, layoutsOf(columns.targets, `${images * each}`));
  return { images, each };
}
