// The end of a lecture: the reader marks it as done, and the home page shows it.
import { h, onMounted } from 'vue';
import { isDone, loadProgress, setDone } from './progress.mjs';

export const LectureDone = {
  props: { slug: { type: String, required: true } },
  setup({ slug }) {
    onMounted(loadProgress);
    const toggle = ({ target }) => setDone(slug, target.checked);
    return () =>
      h('label', { class: 'lecture-done' }, [
        h('input', { type: 'checkbox', checked: isDone(slug), onChange: toggle }),
        'I have worked through this lecture',
      ]);
  },
};
