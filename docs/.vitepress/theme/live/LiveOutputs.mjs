// What a cell of the reader's has shown: text, figures, progress, and its error.
import { useData } from 'vitepress';
import { h, onBeforeUnmount, onMounted, ref, watch } from 'vue';
import { drawFigure } from '../drawFigure.mjs';

/** A figure that the kernel may replace while it is looked at. */
const LiveFigure = {
  props: { figure: { type: Object, required: true } },
  setup(props) {
    const { isDark } = useData();
    const place = ref();
    const message = ref('');
    let drawing = Promise.resolve();
    let latest;

    /** One after the other; of those that wait, the last. */
    function draw() {
      latest = props.figure;
      drawing = drawing.then(async () => {
        if (latest !== props.figure || !place.value) return;
        try {
          await drawFigure(place.value, structuredClone(latest), isDark.value);
        } catch (error) {
          message.value = `This figure could not be drawn: ${error.message}`;
        }
      });
    }
    onMounted(draw);
    watch([() => props.figure, isDark], draw);
    onBeforeUnmount(() => window.Plotly?.purge(place.value));
    const { height = 400 } = props.figure.layout ?? {};
    return () =>
      h('figure', { class: 'plotly-figure live' }, [
        h('div', { ref: place, class: 'place', style: { minHeight: `${height}px` } }),
        message.value ? h('figcaption', message.value) : undefined,
      ]);
  },
};

/** HTML of a running program, of which nothing runs in the page. */
const LiveHtml = {
  props: { html: { type: String, required: true } },
  setup(props) {
    const clean = ref('');
    watch(
      () => props.html,
      async (html) => {
        const { default: DOMPurify } = await import('dompurify');
        clean.value = DOMPurify.sanitize(html);
      },
      { immediate: true },
    );
    return () => h('div', { class: 'output', innerHTML: clean.value });
  },
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is looked for
const withoutColors = (text) => text.replace(/\x1b\[[\d;]*m/g, '');

const placeOf = (frame) => {
  const [, cell, line] = /cell(\d+)\.ts:(\d+)/.exec(frame);
  return `cell ${cell}, line ${line}`;
};

/** The sentence first, then the lines of the reader's own cells that led to it. */
function failureBlock({ name, message, frames }) {
  const places = frames.slice(0, 6).map((frame) => h('li', placeOf(frame)));
  return h('div', { class: 'live-failure', role: 'alert' }, [
    h('p', [h('strong', `${name}: `), message]),
    places.length > 0 ? h('ol', places) : undefined,
  ]);
}

const blocks = {
  text: ({ text, name }) => h('pre', { class: ['output', name === 'stderr' ? 'stderr' : ''] }, withoutColors(text)),
  html: ({ html }) => h(LiveHtml, { html }),
  figure: ({ figure }) => h(LiveFigure, { figure }),
};

export const LiveOutputs = {
  props: { cell: { type: Object, required: true } },
  setup({ cell }) {
    return () =>
      h('div', { class: 'live-outputs' }, [
        ...cell.outputs.map((output, i) => h('div', { key: `${i}-${output.kind}` }, [blocks[output.kind](output)])),
        cell.failure ? failureBlock(cell.failure) : undefined,
      ]);
  },
};
