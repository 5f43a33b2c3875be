// What `npm run docs:test` does with the figures that compute: each must open, and its numbers must change when a pointer drags its
// first handle and when an arrow key moves it. No text may reach beyond its place.

/** What runs in the page. */
const inPage = {
  count: () => document.querySelectorAll('.computing').length,
  show: (index) => {
    const figure = document.querySelectorAll('.computing')[index];
    figure.querySelector('.drawings')?.scrollIntoView({ block: 'center', behavior: 'instant' });
    if (figure.dataset.state === 'waiting') figure.scrollIntoView({ block: 'center', behavior: 'instant' });
    return figure.dataset.state;
  },
  failure: (index) => document.querySelectorAll('.computing')[index].querySelector('.message')?.textContent,
  numbers: (index) => document.querySelectorAll('.computing')[index].querySelector('.numbers').textContent,
  // A place of the first handle at which nothing else lies, and the way to the middle of the drawing.
  grip: (index) => {
    const handle = document.querySelectorAll('.computing')[index].querySelector('.handle');
    const view = handle.closest('svg').getBoundingClientRect();
    const { left, top, width, height } = handle.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const toward = (from, low, size) => (from < low + size / 2 ? 1 : -1) * Math.min(60, size / 4);
    return { x, y, dx: toward(x, view.left, view.width), dy: toward(y, view.top, view.height) };
  },
  focus: (index) => document.querySelectorAll('.computing')[index].querySelector('.handle').focus(),
  names: (index) =>
    [...document.querySelectorAll('.computing')[index].querySelectorAll('.handle')].map(
      (handle) => `${handle.getAttribute('aria-label') ?? ''}|${handle.getAttribute('aria-valuetext') ?? ''}`,
    ),
  // A browser that scrolls instead takes the pointer away.
  watch: () => {
    window.pointersTaken = 0;
    document.addEventListener('pointercancel', () => window.pointersTaken++, { capture: true });
  },
  taken: () => window.pointersTaken,
  // Texts beyond the edge of their drawing, and elements that are wider than their place.
  beyond: (index) => {
    const figure = document.querySelectorAll('.computing')[index];
    const inDrawings = [...figure.querySelectorAll('svg')].flatMap((view) => {
      const edge = view.getBoundingClientRect();
      return [...view.querySelectorAll('text')].filter((text) => {
        const { left, right, top, bottom, width } = text.getBoundingClientRect();
        if (width === 0) return false;
        return left < edge.left - 1 || right > edge.right + 1 || top < edge.top - 1 || bottom > edge.bottom + 1;
      });
    });
    const wide = [...figure.querySelectorAll('div, p, dl, dd, dt, fieldset, label, button, table')].filter(
      (element) =>
        element.clientWidth > 0 && !element.matches('.spoken') && element.scrollWidth > element.clientWidth + 1,
    );
    return [...inDrawings, ...wide].map(({ textContent }) => textContent.trim().slice(0, 40));
  },
};

const ask = (page, name, ...args) =>
  page.evaluate(`(${inPage[name]})(${args.map((value) => JSON.stringify(value)).join(', ')})`);

/** Opens and moves every figure of the page. `until(what, ask)` waits; `touch` drags with a finger. */
export async function tryComputingFigures(page, until, { touch = false } = {}) {
  const count = await ask(page, 'count');
  await ask(page, 'watch');
  for (let index = 0; index < count; index++) {
    await until(`computing figure ${index}`, async () => (await ask(page, 'show', index)) !== 'waiting');
    if ((await ask(page, 'show', index)) === 'failed') throw new Error(await ask(page, 'failure', index));
    for (const name of await ask(page, 'names', index))
      if (/^\||\|$|NaN|undefined/.test(name)) throw new Error(`computing figure ${index}: a handle says "${name}"`);
    await changes(page, until, index, 'a drag', () => drag(page, index, touch));
    if ((await ask(page, 'taken')) > 0)
      throw new Error(`computing figure ${index}: the page scrolls while it is dragged`);
    await changes(page, until, index, 'an arrow key', () => press(page, index));
    const beyond = await ask(page, 'beyond', index);
    if (beyond.length > 0)
      throw new Error(`computing figure ${index}: texts beyond their place: ${beyond.join(' | ')}`);
  }
}

async function changes(page, until, index, what, act) {
  const before = await ask(page, 'numbers', index);
  await act();
  await until(
    `${what} to change computing figure ${index}`,
    async () => (await ask(page, 'numbers', index)) !== before,
    5000,
  );
  if (/NaN|undefined|Infinity/.test(await ask(page, 'numbers', index)))
    throw new Error(`computing figure ${index}: ${await ask(page, 'numbers', index)}`);
}

async function drag(page, index, touch) {
  const { x, y, dx, dy } = await ask(page, 'grip', index);
  const steps = [0, 0.3, 0.6, 1].map((share) => ({ x: x + share * dx, y: y + share * dy }));
  if (touch) {
    for (const [i, point] of steps.entries())
      await page.send('Input.dispatchTouchEvent', { type: i === 0 ? 'touchStart' : 'touchMove', touchPoints: [point] });
    await page.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    return;
  }
  const mouse = { button: 'left', buttons: 1, clickCount: 1 };
  await page.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...steps[0], ...mouse });
  for (const point of steps) await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...point, ...mouse });
  await page.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...steps.at(-1), ...mouse });
}

async function press(page, index) {
  await ask(page, 'focus', index);
  const key = { key: 'ArrowRight', code: 'ArrowRight', windowsVirtualKeyCode: 39 };
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
}
