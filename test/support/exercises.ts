import * as assert from 'uvu/assert';
import type { Exercise } from '../../src/exercises/exercise';

/**
 * Asserts that an exercise accepts the right answers and refuses the wrong ones, each with a sentence that matches.
 * @param wrong by what is wrong about it: the answer, and what the message must say.
 */
export async function assertJudges(
  exercise: Exercise,
  right: readonly unknown[],
  wrong: Record<string, readonly [answer: unknown, message: RegExp]>,
): Promise<void> {
  for (const [index, answer] of right.entries()) {
    assert.is(await exercise.problem(answer), null, `right answer ${index + 1}`);
  }
  for (const [name, [answer, message]] of Object.entries(wrong)) {
    const problem = await exercise.problem(answer);
    assert.ok(problem !== null, `${name}: expected to be refused, was accepted`);
    assert.match(problem, message, name);
  }
}
