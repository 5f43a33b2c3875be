import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitingThread } from '../../src/platform/waitingThread';

const test = suite('waitingThread');

test('answers come in the order of the questions, and refusals as errors', () => {
  const thread = waitingThread(
    `async function answer(question) {
      await new Promise((resume) => setTimeout(resume, 1));
      if (question < 0) throw new Error('below 0: ' + question);
      return { bytes: Uint8Array.of(question, 2 * question), question };
    }`,
    60,
  );
  for (let i = 0; i < 20; i++) assert.equal(thread.ask(i), { bytes: Uint8Array.of(i, 2 * i), question: i });
  assert.throws(() => thread.ask(-3), /^below 0: -3$/);
  assert.is(thread.ask(7).question, 7);
});

test('what is not answered in time, or never, is an error, and the next question starts anew', () => {
  const late = waitingThread('const answer = (question) => (question ? 1 : new Promise(() => {}));', 0.5);
  assert.throws(() => late.ask(0), /^no answer within 0\.5 s$/);
  const wrong = waitingThread('syntax error', 0.5);
  for (let i = 0; i < 2; i++) assert.throws(() => wrong.ask(1), /^no answer within 0\.5 s$/);
});

test('a thread keeps no process alive', () => {
  const file = join(__dirname, '..', '..', 'src', 'platform', 'waitingThread.js');
  const program = `
    const { waitingThread } = require(${JSON.stringify(file)});
    console.log(waitingThread('const answer = (question) => question + 1;', 60).ask(41));`;
  const { status, stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', timeout: 100_000 });
  assert.equal([status, stdout], [0, '42\n']);
});

test.run();
