// A live page in a browser, as its tests use it: expressions for `page.evaluate`, and what a reader presses.
import { until } from './until.mjs';

export const bar = `document.querySelector('.live-bar')`;

export const cellAt = (index) => `document.querySelectorAll('.live-cell')[${index}]`;

/** `idle`, `waiting`, `running`, `done`, `failed` or `stopped`. */
export const stateOf = (cell) => `${cell}.classList[1]`;

/** Waits until an expression is true in the page. */
export function untilInPage(page, what, expression, milliseconds) {
  return until(what, () => page.evaluate(expression), milliseconds);
}

export async function openLivePage(page, address) {
  await page.go(address);
  await untilInPage(page, 'the page', `Boolean(${bar}?.querySelector('button:not(:disabled)'))`);
}

/** Presses the button with this text, in the bar or in a cell. */
export function press(page, place, text) {
  const words = JSON.stringify(text);
  return page.evaluate(`[...${place}.querySelectorAll('button')].find((one) => one.textContent === ${words}).click()`);
}
