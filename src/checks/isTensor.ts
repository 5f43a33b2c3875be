/** Whether the value is a tensor: one looks at its fields, as checks know nothing of the rooms above them. */
export function isTensor(value: unknown): value is { readonly shape: readonly number[] } {
  return typeof value === 'object' && value !== null && 'derivation' in value && 'shape' in value && 'value' in value;
}
