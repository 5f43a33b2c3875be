// A figure that computes: docs/figures/<name>.mjs, fetched when it comes near the screen. Its title and caption stand on the page
// before that.
import { h, onBeforeUnmount, ref } from 'vue';
import { places } from '../../figures/places.mjs';
import { whenNear } from './nearScreen.mjs';
import './computing.css';

const modules = import.meta.glob(['../../figures/*.mjs', '!../../figures/{places,stage}.mjs']);

export const ComputingFigure = {
  props: { name: { type: String, required: true } },
  setup({ name }) {
    const { title, caption, height } = places[name];
    const place = ref();
    const state = ref('waiting');
    const message = ref('');
    let close;

    async function open() {
      try {
        const { default: figure } = await modules[`../../figures/${name}.mjs`]();
        // The page may be gone by now.
        if (!place.value) return;
        close = await figure(place.value);
        state.value = 'drawn';
        if (!place.value) close();
      } catch (error) {
        state.value = 'failed';
        message.value = `This figure could not be drawn: ${error.message}`;
      }
    }

    whenNear(place, open);
    onBeforeUnmount(() => close?.());

    return () =>
      h(
        'figure',
        { class: 'computing diagram', 'data-computes': name, 'data-state': state.value, 'aria-label': title },
        [
          h('p', { class: 'task' }, title),
          h('div', { ref: place, class: 'place', style: state.value === 'drawn' ? {} : { minHeight: `${height}px` } }),
          message.value ? h('p', { class: 'message' }, message.value) : undefined,
          h('figcaption', caption),
        ],
      );
  },
};
