const drawn: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '%{': '%&#123;' };

/**
 * A text from outside, such as the name of a class or a file, that Plotly draws letter by letter: its tags would be links and bold letters,
 * and `%{…}` a value of the figure. Line breaks (`<br>`) stay. Nothing stays nothing.
 */
export function plainText<Text extends string | undefined>(text: Text): Text {
  return text?.replace(/<br\s*\/?>|[&<>]|%\{/g, (part) => drawn[part] ?? '<br>') as Text;
}

/** The text that {@link plainText} was given, for where tags are not drawn. */
export function undrawn(text: string): string {
  return text.replace(/&amp;|&lt;|&gt;|&#123;/g, (part) => ({ '&amp;': '&', '&lt;': '<', '&gt;': '>' })[part] ?? '{');
}
