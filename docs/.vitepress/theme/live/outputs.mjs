// What a running cell shows, gathered from the messages of the kernel as Jupyter's front ends do.
const plotly = 'application/vnd.plotly.v1+json';

/** Longest text of one output: an endless loop that prints must not fill the memory. */
const longest = 1_000_000;

function shownAs(data) {
  if (data[plotly]) return { kind: 'figure', figure: data[plotly] };
  if (data['text/html']) return { kind: 'html', html: String(data['text/html']) };
  return { kind: 'text', name: 'stdout', text: String(data['text/plain'] ?? '') };
}

/** Adds a message to a list of outputs: `{ kind: 'text' | 'html' | 'figure', … }`. */
export function receive(outputs, message) {
  if (message.type === 'stream') {
    const last = outputs.at(-1);
    if (last?.kind !== 'text' || last.name !== message.name) {
      outputs.push({ kind: 'text', name: message.name, text: message.text.slice(0, longest) });
    } else if (last.text.length < longest) {
      last.text += message.text;
      if (last.text.length >= longest) last.text = `${last.text.slice(0, longest)}\n… (there is more)`;
    }
    return;
  }
  const shown = { ...shownAs(message.data), display: message.display };
  const known = message.type === 'update_display_data';
  const index = known ? outputs.findIndex(({ display }) => display === message.display) : -1;
  if (index >= 0) outputs[index] = shown;
  else outputs.push(shown);
}

/** All that a cell printed to stdout. */
export function printedText(outputs) {
  return outputs
    .filter(({ kind, name }) => kind === 'text' && name === 'stdout')
    .map(({ text }) => text)
    .join('');
}
