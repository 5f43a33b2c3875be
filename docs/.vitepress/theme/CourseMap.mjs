// The course on the home page: a card for each lecture, with its image and its question.
import { withBase } from 'vitepress';
import { h, onMounted } from 'vue';
import course from '../../.generated/course.json';
import { isDone, loadProgress } from './progress.mjs';

function card({ slug, number, title, question, address, minutes, exercises }) {
  const image = h('img', {
    src: withBase(`/course/${slug}.webp`),
    alt: '',
    width: 360,
    height: 240,
    loading: 'lazy',
  });
  const done = isDone(slug) ? h('span', { class: 'done' }, '✓ done') : undefined;
  const facts = `${minutes} min to read, ${exercises} ${exercises === 1 ? 'exercise' : 'exercises'}`;
  const text = [
    h('span', { class: 'number' }, [number, done]),
    h('h3', title),
    h('p', question),
    h('p', { class: 'facts' }, facts),
  ];
  return h('a', { class: 'lecture', href: withBase(`${address}.html`) }, [
    h('span', { class: 'image' }, image),
    h('div', text),
  ]);
}

export const CourseMap = {
  setup() {
    onMounted(loadProgress);
    return () =>
      h(
        'div',
        { class: 'course' },
        course.map(({ title, text, lectures }) =>
          h('section', [
            h('header', [h('h2', title), h('p', text)]),
            h('div', { class: 'lectures' }, lectures.map(card)),
          ]),
        ),
      );
  },
};
