// Which lectures the reader has done. It is kept in this browser alone.
import { reactive } from 'vue';

const key = 'detseg-done';

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter((slug) => typeof slug === 'string') : [];
  } catch {
    // A browser may keep nothing, and what it kept may be damaged.
    return [];
  }
}

const state = reactive({ done: [] });

/** To be called in the browser: a page that is rendered beforehand knows of no reader. */
export function loadProgress() {
  state.done = read();
}

export const isDone = (slug) => state.done.includes(slug);

export function setDone(slug, done) {
  const others = read().filter((one) => one !== slug);
  state.done = done ? [...others, slug] : others;
  try {
    localStorage.setItem(key, JSON.stringify(state.done));
  } catch {
    // It is remembered as long as the page.
  }
}
