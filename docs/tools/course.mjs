// The course: its parts, and the lectures in them. A new notebook finds its part by its number: 302 is of part 3.
import { notebookAddress } from './addresses.mjs';
import { plain } from './notebookPage.mjs';

/**
 * `[{ title, text, lectures: [{ slug, number, title, question, address, minutes, exercises }] }]`; parts without lectures are left out.
 *
 * @param facts of each lecture by its slug, as `lectureFacts` gives them.
 */
export function coursePlan(parts, notebooks, facts) {
  const placed = parts.map(({ part, title, text }) => ({
    title,
    text,
    lectures: notebooks
      .filter(({ number }) => Math.floor(Number(number) / 100) === part)
      .map((lecture) => ({
        slug: lecture.slug,
        number: lecture.number,
        title: lecture.title,
        question: plain(lecture.question),
        address: notebookAddress(lecture.slug),
        minutes: facts.get(lecture.slug).minutes,
        exercises: facts.get(lecture.slug).exercises,
      })),
  }));
  const homeless = notebooks.filter(
    ({ slug }) => !placed.some(({ lectures }) => lectures.some((lecture) => lecture.slug === slug)),
  );
  if (homeless.length > 0) throw new Error(`docs/course.json: expected a part for ${homeless[0].slug}, got none`);
  return placed.filter(({ lectures }) => lectures.length > 0);
}
