import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ThreadChoice } from '../../src/simd/threadChoice';

const test = suite('simd: threads or not');

/** Runs a plan that takes `threads` or `alone` ms; the first run of each way takes a second longer. */
function runs(count: number, time: { threads: number; alone: number }, choice = new ThreadChoice()) {
  const ways: string[] = [];
  for (let i = 0; i < count; i++) {
    const way = choice.next ? 'threads' : 'alone';
    choice.note(time[way] + (ways.includes(way) ? 0 : 1000));
    ways.push(way);
  }
  return { ways, choice };
}

test('both ways take turns, and the faster one stays', () => {
  const { ways, choice } = runs(14, { threads: 3, alone: 2 });
  assert.equal(ways.slice(0, 10), Array(5).fill(['threads', 'alone']).flat());
  assert.equal(ways.slice(10), Array(4).fill('alone'));
  assert.equal(choice.times, { threads: 3, alone: 2, chosen: false });
  assert.equal(runs(14, { threads: 2, alone: 3 }).ways.slice(10), Array(4).fill('threads'));
});

test('a way that is clearly slower is not tried again', () => {
  const { ways, choice } = runs(8, { threads: 2, alone: 30 });
  assert.equal(ways, ['threads', 'alone', 'threads', 'alone', 'threads', 'threads', 'threads', 'threads']);
  assert.is(choice.times.chosen, true);
});

test('the fastest run of each way counts, and what comes after the decision does not', () => {
  const choice = new ThreadChoice();
  for (const time of [900, 900, 5, 6, 9, 4, 9, 6, 9, 6]) choice.note(time);
  assert.equal(choice.times, { threads: 5, alone: 4, chosen: false });
  choice.note(1);
  assert.equal(choice.times, { threads: 5, alone: 4, chosen: false });
});

test('nothing is known before both ways have run twice', () => {
  const choice = new ThreadChoice();
  assert.equal(choice.times, { threads: null, alone: null, chosen: null });
  for (const time of [1, 1, 1]) choice.note(time);
  assert.is(choice.times.chosen, null);
});

test.run();
