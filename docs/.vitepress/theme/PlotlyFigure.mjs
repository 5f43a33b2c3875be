// A figure of a notebook. Its data and Plotly are fetched when it comes near the screen; until then its place is kept.
import { useData, withBase } from 'vitepress';
import { h, onBeforeUnmount, ref, watch } from 'vue';
import { drawFigure, template } from './drawFigure.mjs';
import { whenNear } from './nearScreen.mjs';
import { beforePrinting } from './printing.mjs';

async function loadFigure(name) {
  const response = await fetch(withBase(`/figures/${name}.json`));
  if (!response.ok) throw new Error(`${name}.json: ${response.status}`);
  return response.json();
}

export const PlotlyFigure = {
  props: {
    name: { type: String, required: true },
    height: { type: Number, default: 400 },
    label: { type: String, default: '' },
  },
  setup({ name, height, label }) {
    const { isDark } = useData();
    const place = ref();
    const state = ref('waiting');
    const message = ref('');

    let drawing;
    const draw = () => {
      drawing ??= drawNow();
      return drawing;
    };
    async function drawNow() {
      try {
        const figure = await loadFigure(name);
        if (!place.value) return;
        await drawFigure(place.value, figure, isDark.value);
        state.value = 'drawn';
      } catch (error) {
        state.value = 'failed';
        message.value = `This figure could not be drawn: ${error.message}`;
      }
    }

    whenNear(place, draw);
    const forget = beforePrinting(draw);
    onBeforeUnmount(() => {
      forget();
      if (state.value === 'drawn') window.Plotly.purge(place.value);
    });
    watch(isDark, (dark) => {
      if (state.value === 'drawn') window.Plotly.relayout(place.value, { template: template(dark) });
    });

    return () =>
      h(
        'figure',
        { class: 'plotly-figure', 'data-figure': name, 'data-state': state.value, 'aria-label': label || 'Figure' },
        [
          h('div', { ref: place, class: 'place', style: state.value === 'drawn' ? {} : { minHeight: `${height}px` } }),
          state.value === 'drawn' ? undefined : h('figcaption', message.value || label),
        ],
      );
  },
};
