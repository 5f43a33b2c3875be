// What a reader wants to know before a lecture: how long it takes to read, how many exercises it has, and what it builds on.

const wordsPerMinute = 180;
/** Lines of code that are read in a minute; the folded code of figures is not. */
const linesPerMinute = 25;

const count = (text, pattern) => text.match(pattern)?.length ?? 0;

/** Minutes to read a lecture's prose and code, without running it, in steps of five. */
export function readingMinutes(cells) {
  const prose = cells.map(({ markdown = '' }) => markdown.replace(/<details>[\s\S]*?<\/details>/g, '')).join('\n');
  const code = cells.map((cell) => (cell.onlyDraws ? '' : (cell.code ?? ''))).join('\n');
  const minutes = count(prose, /\S+/g) / wordsPerMinute + count(code, /^.*\S.*$/gm) / linesPerMinute;
  return Math.max(5, 5 * Math.round(minutes / 5));
}

/**
 * `{ minutes, exercises, needs }` of a lecture; `needs` are the lectures that it builds on.
 *
 * @param needs numbers of lectures by number, as docs/course.json has them. @throws on the number of a lecture that there is none of.
 */
export function lectureFacts({ number, slug, cells }, needs, notebooks) {
  const found = (needs[number] ?? []).map((other) => {
    const lecture = notebooks.find((one) => one.number === other);
    if (!lecture) throw new Error(`docs/course.json: needs of ${slug}: expected the number of a lecture, got ${other}`);
    return { slug: lecture.slug, number: other, title: lecture.title };
  });
  const exercises = cells.filter(({ solved }) => solved !== undefined).length;
  return { minutes: readingMinutes(cells), exercises, needs: found };
}
