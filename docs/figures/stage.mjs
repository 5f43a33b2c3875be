// The room of every figure that computes: a drawing with handles that pointer and arrow keys move, controls, numbers, and a line that
// a screen reader speaks. A figure describes itself; what it shows is drawn anew after each change.

const svgSpace = 'http://www.w3.org/2000/svg';

/** Escapes a text that becomes part of SVG or HTML. */
export const escaped = (text) =>
  String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** A number for a reader: a fixed count of decimals, a real minus, and no −0. */
export function shown(value, decimals = 2) {
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? (0).toFixed(decimals) : text).replace('-', '−');
}

/** At most two decimals, for places in a drawing. */
export const px = (value) => String(Math.round(value * 100) / 100);

export const rect = ([x1, y1, x2, y2], look) =>
  `<rect class="${look}" x="${px(x1)}" y="${px(y1)}" width="${px(Math.max(0, x2 - x1))}" height="${px(Math.max(0, y2 - y1))}"/>`;
export const line = (x1, y1, x2, y2, look) => `<path class="${look}" d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}"/>`;
export const dot = (x, y, look) => `<circle class="${look}" cx="${px(x)}" cy="${px(y)}"/>`;
/** What is grabbed: a ring, and around it as much room as a finger needs. */
export const grip = (x, y, look = '') => dot(x, y, 'reach') + dot(x, y, `grip ${look}`);
/** A text of one size on every screen; `shift`, in px of the screen, moves it away from its place. */
export const words = (x, y, text, look = '', { anchor = 'middle', shift = [0, 0] } = {}) =>
  `<text class="${look}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" style="--right:${shift[0]};--down:${shift[1]}">${escaped(text)}</text>`;

/** An arrow whose tip has the same size on every screen; nothing where it would have no length. `unit` is the drawing's. */
export function arrow(x1, y1, x2, y2, kind, unit) {
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (length < 0.01) return '';
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const tip = Math.min(9 * unit, length);
  const [bx, by] = [x2 - dx * tip, y2 - dy * tip];
  const half = tip / 2;
  return (
    line(x1, y1, bx, by, `arrow ${kind}`) +
    `<path class="tip ${kind}" d="M${px(x2)} ${px(y2)}L${px(bx - dy * half)} ${px(by + dx * half)}L${px(bx + dy * half)} ${px(by - dx * half)}z"/>`
  );
}

/** An element of HTML; attributes whose value is undefined are left out. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const svg = (name, attributes = {}, ...children) =>
  filled(document.createElementNS(svgSpace, name), attributes, children);

/** New content of a group. Where it has the same elements these stay: a touch ends when the element under the finger is taken away. */
function redraw(group, text) {
  const next = svg('g');
  next.innerHTML = text;
  const [old, made] = [[...group.children], [...next.children]];
  if (old.length !== made.length || old.some(({ tagName }, i) => tagName !== made[i].tagName)) {
    group.replaceChildren(...made);
    return;
  }
  for (const [i, node] of old.entries()) {
    for (const { name, value } of made[i].attributes)
      if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    if (node.textContent !== made[i].textContent) node.textContent = made[i].textContent;
  }
}

let counter = 0;

/**
 * Opens the room in an element of the page. `draw()` is called after each change and returns the sentence that a screen reader speaks.
 * `reset()` brings the start back.
 */
export function openStage(place, { draw, reset }) {
  const id = `stage-${++counter}`;
  const drawings = element('div', { class: 'drawings' });
  const controls = element('div', { class: 'controls' });
  const numbers = element('div', { class: 'numbers' });
  const spoken = element('p', { class: 'spoken', 'aria-live': 'polite' });
  const hint = element(
    'p',
    { class: 'hint', id: `${id}-hint` },
    'Drag, or press Tab and the arrow keys; Shift makes larger steps.',
  );
  const side = element('div', { class: 'side' }, controls, numbers);
  const root = element('div', { class: 'stage' }, drawings, hint, side, spoken);
  place.replaceChildren(root);
  const handles = [];
  const opened = [];
  let timer;

  function redrawAll() {
    const sentence = draw();
    for (const handle of handles) handle.follow();
    return sentence;
  }

  /** After a change by the reader, whom a screen reader then tells of it. */
  function update() {
    const sentence = redrawAll();
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (spoken.textContent !== sentence) spoken.textContent = sentence;
    }, 500);
  }

  function addDrawing({ width, height, label, title }) {
    const back = svg('g');
    const below = svg('g');
    const grips = svg('g');
    const above = svg('g', { class: 'above' });
    const view = svg(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': label },
      back,
      below,
      grips,
      above,
    );
    drawings.append(title ? element('div', { class: 'named' }, element('p', { class: 'name' }, title), view) : view);
    const drawing = {
      view,
      width,
      /** Units of the drawing in one px of the screen. */
      unit: 1,
      /** What seldom changes, behind all else. */
      back: (text) => {
        back.innerHTML = text;
      },
      below: (text) => {
        below.innerHTML = text;
      },
      above: (text) => {
        above.innerHTML = text;
      },
      /** Where a pointer is, in units of the drawing. */
      at(event) {
        const { left, top } = view.getBoundingClientRect();
        return [(event.clientX - left) * drawing.unit, (event.clientY - top) * drawing.unit];
      },
      handle: (options) => addHandle(drawing, grips, options),
    };
    const resize = () => {
      const unit = width / (view.clientWidth || view.getBoundingClientRect().width || width);
      const isNew = unit !== drawing.unit;
      drawing.unit = unit;
      view.style.setProperty('--unit', unit);
      return isNew;
    };
    const observer = new ResizeObserver(() => {
      if (resize()) redrawAll();
    });
    resize();
    observer.observe(view);
    opened.push(() => observer.disconnect());
    listen(drawing);
    return drawing;
  }

  /** Of the handles under the pointer the smallest is meant. */
  function listen({ view, at }) {
    let held;
    view.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const under = new Set(
        document.elementsFromPoint(event.clientX, event.clientY).map((node) => node.closest('.handle')),
      );
      const area = ({ node }) => {
        const { width, height } = node.getBoundingClientRect();
        return width * height;
      };
      const [handle] = handles
        .filter(({ node }) => under.has(node) && view.contains(node))
        .sort((a, b) => area(a) - area(b));
      if (!handle) return;
      event.preventDefault();
      handle.node.focus({ preventScroll: true });
      view.setPointerCapture(event.pointerId);
      const [x, y] = at(event);
      const [fromX, fromY] = handle.place();
      held = { handle, dx: fromX - x, dy: fromY - y };
      handle.node.classList.add('held');
      if (!handle.jumps) return;
      Object.assign(held, { dx: 0, dy: 0 });
      handle.move(x, y);
      update();
    });
    view.addEventListener('pointermove', (event) => {
      if (!held) return;
      const [x, y] = at(event);
      held.handle.move(x + held.dx, y + held.dy);
      update();
    });
    // A finger on a handle does not scroll the page.
    view.addEventListener('touchstart', (event) => held && event.preventDefault(), { passive: false });
    const release = () => {
      held?.handle.node.classList.remove('held');
      held = undefined;
    };
    view.addEventListener('pointerup', release);
    view.addEventListener('pointercancel', release);
  }

  /**
   * What can be moved. `place()` gives where it is, `move(x, y)` takes it there as far as it may go, `text()` says it in words,
   * `look()` draws it. `axis` is both, or x for what only goes sideways; `step` is one press of an arrow key, in units of the drawing. A twin
   * moves what another handle moves, so the Tab key leaves it out. What jumps goes
   * to the place that was pressed.
   */
  function addHandle(
    drawing,
    grips,
    { label, kind = '', place, move, text, look, step = 1, leap = 10, axis = 'both', isTwin = false, jumps = false },
  ) {
    const node = svg('g', {
      class: `handle ${kind}`,
      tabindex: isTwin ? -1 : 0,
      role: 'slider',
      'aria-valuemin': 0,
      'aria-valuemax': px(drawing.width),
      'aria-label': label,
      'aria-roledescription': axis === 'x' ? undefined : 'point to move with the four arrow keys',
      'aria-describedby': `${id}-hint`,
    });
    grips.append(node);
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    node.addEventListener('keydown', (event) => {
      const way = ways[event.key];
      if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const one = typeof step === 'function' ? step() : step;
      const size = event.shiftKey ? one * leap : one;
      const [x, y] = place();
      const [dx, dy] = axis === 'x' ? [way[0] - way[1], 0] : way;
      move(x + dx * size, y + dy * size);
      update();
    });
    const handle = {
      node,
      place,
      move,
      jumps,
      follow() {
        redraw(node, look(drawing.unit));
        node.setAttribute('aria-valuetext', text());
        node.setAttribute('aria-valuenow', px(place()[0]));
      },
    };
    handles.push(handle);
    return handle;
  }

  function addButton(label, press) {
    const button = element('button', { type: 'button' }, label);
    button.addEventListener('click', () => {
      press();
      update();
    });
    controls.append(button);
    return button;
  }

  /** One of a few: `options` are pairs of a value and its name. */
  function addChoice(label, options, { value, set }) {
    const inputs = options.map(([key, name], i) => {
      const input = element('input', {
        type: 'radio',
        name: `${id}-${label}`,
        value: String(key),
        id: `${id}-${label}-${i}`,
      });
      input.addEventListener('change', () => {
        set(key);
        update();
      });
      return { key, input, node: element('label', {}, input, element('span', {}, name)) };
    });
    const choice = element(
      'fieldset',
      { class: 'choice' },
      element('legend', {}, label),
      ...inputs.map(({ node }) => node),
    );
    controls.append(choice);
    const follow = () => {
      for (const { key, input } of inputs) input.checked = key === value();
    };
    handles.push({ node: choice, follow });
    return choice;
  }

  function addSlider(label, { min, max, step, value, set, format = String }) {
    const input = element('input', { type: 'range', min, max, step, 'aria-label': label });
    const output = element('output');
    input.addEventListener('input', () => {
      set(Number(input.value));
      update();
    });
    controls.append(element('label', { class: 'slider' }, element('span', {}, label), input, output));
    const follow = () => {
      input.value = String(value());
      output.textContent = format(value());
      input.setAttribute('aria-valuetext', format(value()));
    };
    handles.push({ node: input, follow });
  }

  /** Numbers by name: rows of `{ name, text, kind, bar: [from, to] }`, the bar's ends as shares of its length; `below` is HTML. */
  function showNumbers(rows, below = '') {
    numbers.innerHTML = `<dl>${rows
      .map(({ name, text, kind = '', bar }) => {
        const [from, to] = (bar ?? [0, 0]).map((share) => 100 * clamp(share, 0, 1));
        const beam = bar
          ? `<i class="bar"><i style="left:${px(Math.min(from, to))}%;width:${px(Math.abs(to - from))}%"></i></i>`
          : '';
        return `<div class="${kind}"><dt>${name}</dt><dd>${beam}<span class="number">${escaped(text)}</span></dd></div>`;
      })
      .join('')}</dl>${below}`;
  }

  const open = {
    root,
    controls,
    numbers,
    drawing: addDrawing,
    button: addButton,
    choice: addChoice,
    slider: addSlider,
    showNumbers,
    update,
    start() {
      const again = addButton('Start again', reset);
      again.classList.add('again');
      redrawAll();
    },
    close() {
      clearTimeout(timer);
      for (const end of opened) end();
    },
  };
  return open;
}
