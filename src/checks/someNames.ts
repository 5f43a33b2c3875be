/** The first of some names, for errors: weights of another model have hundreds. */
export function someNames(names: readonly string[]): string {
  const most = 5;
  return `[${names.slice(0, most).join(', ')}${names.length > most ? `, and ${names.length - most} more` : ''}]`;
}
