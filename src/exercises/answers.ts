/** What exercises take and give: numbers, texts, and nested lists and records of them; typed arrays count as lists. */
export type Printable =
  | number
  | string
  | boolean
  | null
  | ArrayLike<number>
  | readonly Printable[]
  | { readonly [name: string]: Printable };

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** An ndarray as its numbers and its shape, anything else as it is. */
function plain(value: unknown): unknown {
  const view = value as { shape?: number[]; data?: unknown; get?: (...at: number[]) => number } | null;
  if (typeof view !== 'object' || view === null || !Array.isArray(view.shape) || typeof view.get !== 'function') {
    return value;
  }
  const nested = (at: number[]): unknown =>
    at.length === view.shape!.length
      ? view.get!(...at)
      : Array.from({ length: view.shape![at.length] }, (_, i) => nested([...at, i]));
  return nested([]);
}

/** Whether two answers agree: numbers within `tolerance` · max(1, |expected|), NaN with nothing, lists and records part by part. */
export function sameAnswer(got: unknown, expected: unknown, tolerance: number): boolean {
  const [one, other] = [plain(got), plain(expected)];
  if (typeof other === 'number') {
    if (typeof one !== 'number') return false;
    return one === other || Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other));
  }
  if (isList(other)) {
    if (!isList(one) || one.length !== other.length) return false;
    return Array.from(other, (part, i) => sameAnswer(one[i], part, tolerance)).every(Boolean);
  }
  if (typeof other === 'object' && other !== null) {
    if (typeof one !== 'object' || one === null) return false;
    return Object.entries(other).every(([name, part]) =>
      sameAnswer((one as Record<string, unknown>)[name], part, tolerance),
    );
  }
  return one === other;
}

const digits = (value: number) => String(Number.isInteger(value) ? value : Number(value.toPrecision(5)));

/** A value in one short line: lists of more than eight parts are cut. */
export function printed(value: unknown): string {
  const shown = plain(value);
  if (typeof shown === 'number') return digits(shown);
  if (typeof shown === 'string') return `'${shown.length > 60 ? `${shown.slice(0, 59)}…` : shown}'`;
  if (typeof shown === 'function') return 'a function';
  if (isList(shown)) {
    const parts = Array.from({ length: Math.min(8, shown.length) }, (_, i) => printed(shown[i]));
    return `[${parts.join(', ')}${shown.length > 8 ? `, … ${shown.length} in all` : ''}]`;
  }
  if (typeof shown === 'object' && shown !== null) {
    const parts = Object.entries(shown)
      .slice(0, 6)
      .map(([name, part]) => `${name}: ${printed(part)}`);
    return `{ ${parts.join(', ')} }`;
  }
  return String(shown);
}
