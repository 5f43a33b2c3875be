// A figure of a notebook. Its data and Plotly are fetched when it comes near the screen; until then its place is kept.
import { useData, withBase } from 'vitepress';
import { h, onBeforeUnmount, onMounted, ref, watch } from 'vue';
import templates from '../../.generated/templates.json';
import { fitFigure } from './fitFigure.mjs';
import { settledLayout } from './settleFigure.mjs';

let plotly;

/** One copy for all figures of all pages. */
function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = withBase('/plotly.js');
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error('plotly.js could not be loaded'));
    document.head.append(script);
  });
  return plotly;
}

async function loadFigure(name) {
  const response = await fetch(withBase(`/figures/${name}.json`));
  if (!response.ok) throw new Error(`${name}.json: ${response.status}`);
  return response.json();
}

/** The library's colors of text and grid, on the page's own ground. */
function template(isDark) {
  const { layout } = isDark ? templates.dark : templates.light;
  return { layout: { ...layout, paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)' } };
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
    let observer;

    async function draw() {
      try {
        const [Plotly, figure] = await Promise.all([loadPlotly(), loadFigure(name)]);
        if (!place.value) return;
        figure.layout.template = template(isDark.value);
        const width = place.value.clientWidth;
        fitFigure(figure, width);
        const isTouched = matchMedia('(hover: none)').matches;
        // The page scrolls where a finger moves over a figure.
        if (isTouched) figure.layout.dragmode = false;
        await Plotly.newPlot(place.value, {
          ...figure,
          config: {
            ...figure.config,
            responsive: true,
            displaylogo: false,
            displayModeBar: isTouched ? false : 'hover',
          },
        });
        const settled = settledLayout(place.value, width);
        if (settled) await Plotly.relayout(place.value, settled);
        state.value = 'drawn';
      } catch (error) {
        state.value = 'failed';
        message.value = `This figure could not be drawn: ${error.message}`;
      }
    }

    onMounted(() => {
      observer = new IntersectionObserver(
        (entries) => {
          // A busy page hands over several at once: far away when it opened, near since.
          if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
          observer.disconnect();
          draw();
        },
        { rootMargin: '600px' },
      );
      observer.observe(place.value);
    });
    onBeforeUnmount(() => {
      observer?.disconnect();
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
