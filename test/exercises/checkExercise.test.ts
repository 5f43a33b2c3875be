import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkExercise, exerciseNames } from '../../src/exercises/checkExercise';
import { functionExercise, valueExercise } from '../../src/exercises/exercise';

const test = suite('checkExercise');

const double = functionExercise({
  name: 'double',
  cases: () => [1, -2, 0.5].map((x) => ({ args: [x], expected: 2 * x })),
});

test('a right function is right, also where its result is promised', async () => {
  assert.is(await double.problem((x: number) => 2 * x), null);
  assert.is(await double.problem(async (x: number) => x + x), null);
});

test('a wrong one is told the first case that fails', async () => {
  assert.is(await double.problem((x: number) => Math.abs(2 * x)), 'double(-2): got 4, expected -4 (case 2 of 3)');
  assert.is(await double.problem(() => {}), 'double(1): got undefined; is a `return` missing? (case 1 of 3)');
  assert.is(await double.problem(3), 'expected double to be a function, got 3');
  const fails = () => {
    throw new Error('no idea');
  };
  assert.is(await double.problem(fails), 'double(1): threw "no idea" (case 1 of 3)');
});

test('arguments are copies: an answer that writes into them spoils nothing', async () => {
  const first = functionExercise({
    name: 'first',
    cases: () => [{ args: [[3, 1, 2]], expected: 1 }],
  });
  const spoils = (list: number[]) => list.sort()[0];
  assert.is(await first.problem(spoils), null);
  assert.is(await first.problem(spoils), null);
});

test('the value of a value exercise is not told', async () => {
  const answer = valueExercise({ expected: () => 42, hint: (value) => ((value as number) < 42 ? 'more' : 'less') });
  assert.is(await answer.problem(42), null);
  assert.is(await answer.problem(41), 'got 41; more');
  assert.is(await answer.problem(Promise.resolve(43)), 'got 43; less');
});

test('a name that is not known is refused with those that are', async () => {
  let message = '';
  try {
    await checkExercise('kMeans.elbows', 1);
  } catch (error) {
    message = (error as Error).message;
  }
  assert.is(message, `checkExercise: expected one of ${exerciseNames.join(', ')}, got "kMeans.elbows"`);
});

test.run();
