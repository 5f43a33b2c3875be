// The course on the home page: a card for each lecture, with its image and its question.
import { withBase } from 'vitepress';
import { h } from 'vue';
import course from '../../.generated/course.json';

function card({ slug, number, title, question, address }) {
  const image = h('img', {
    src: withBase(`/course/${slug}.webp`),
    alt: '',
    width: 360,
    height: 240,
    loading: 'lazy',
  });
  const text = [h('span', { class: 'number' }, number), h('h3', title), h('p', question)];
  return h('a', { class: 'lecture', href: withBase(`${address}.html`) }, [
    h('span', { class: 'image' }, image),
    h('div', text),
  ]);
}

export const CourseMap = () =>
  h(
    'div',
    { class: 'course' },
    course.map(({ title, text, lectures }) =>
      h('section', [h('header', [h('h2', title), h('p', text)]), h('div', { class: 'lectures' }, lectures.map(card))]),
    ),
  );
