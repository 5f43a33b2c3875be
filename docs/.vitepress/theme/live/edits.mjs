// What the reader has changed, kept in the browser; and as a part of a link. A cell that the notebook has changed since then takes
// nothing: the reader's text belonged to another one.
const key = (slug) => `detseg-live-${slug}`;

/** Whether the reader changed a cell of this notebook on an earlier visit. */
export function hasEdits(slug) {
  try {
    return localStorage.getItem(key(slug)) !== null;
  } catch {
    return false;
  }
}

/** `Map` of text by index of the cell. */
export function readEdits(slug, cells) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(slug)) ?? '[]');
    return new Map(
      kept.filter(({ index, source }) => cells[index]?.source === source).map(({ index, text }) => [index, text]),
    );
  } catch {
    // A browser may keep nothing, and what it kept may be damaged.
    return new Map();
  }
}

export function writeEdits(slug, cells) {
  const edits = cells
    .filter(({ source, text }) => source !== text)
    .map(({ index, source, text }) => ({ index, source, text }));
  try {
    if (edits.length === 0) localStorage.removeItem(key(slug));
    else localStorage.setItem(key(slug), JSON.stringify(edits));
  } catch {
    // The edits live as long as the page.
  }
}

/** Longest text that a link may bring. */
const longest = 100_000;

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** `#cell=3&code=…`, the end of an address that brings a cell's text. */
export async function hashOf(index, text) {
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(text));
  const base64 = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
  return `#cell=${index + 1}&code=${base64}`;
}

/** `{ index, text }` of such an address; undefined where it is none or damaged. */
export async function editOfHash(hash) {
  const [, number, code] = /^#cell=(\d{1,3})&code=([\w-]{1,200000})$/.exec(hash) ?? [];
  if (!code) return undefined;
  try {
    const bytes = Uint8Array.from(atob(code.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await inflated(bytes));
    return { index: Number(number) - 1, text };
  } catch {
    return undefined;
  }
}

/** At most so much that nobody's link can fill the memory. */
async function inflated(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > longest) throw new Error('expected a shorter text');
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
