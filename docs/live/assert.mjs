// What notebooks use of node:assert/strict.
import { dequal } from 'dequal';
import { inspect } from 'node-inspect-extracted';

class AssertionError extends Error {
  constructor(message, actual, expected) {
    super(message);
    Object.assign(this, { name: 'AssertionError', code: 'ERR_ASSERTION', actual, expected });
  }
}

function check(holds, message, fallback, actual, expected) {
  if (holds) return;
  throw message instanceof Error ? message : new AssertionError(message ?? fallback(), actual, expected);
}

const both = (actual, expected) => `got ${inspect(actual)}, expected ${inspect(expected)}`;

function matches(error, expected) {
  if (expected === undefined) return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected === 'function')
    return expected.prototype !== undefined && error instanceof expected ? true : expected(error) === true;
  return Object.entries(expected).every(([key, value]) =>
    value instanceof RegExp ? value.test(error[key]) : dequal(error[key], value),
  );
}

function assert(value, message) {
  check(value, message, () => `The expression evaluated to a falsy value: ${inspect(value)}`, value, true);
}

Object.assign(assert, {
  AssertionError,
  ok: assert,
  equal(actual, expected, message) {
    check(
      Object.is(actual, expected),
      message,
      () => `Expected values to be equal: ${both(actual, expected)}`,
      actual,
      expected,
    );
  },
  notEqual(actual, expected, message) {
    check(
      !Object.is(actual, expected),
      message,
      () => `Expected values to differ: both are ${inspect(actual)}`,
      actual,
      expected,
    );
  },
  deepEqual(actual, expected, message) {
    check(
      dequal(actual, expected),
      message,
      () => `Expected values to be deeply equal: ${both(actual, expected)}`,
      actual,
      expected,
    );
  },
  notDeepEqual(actual, expected, message) {
    check(
      !dequal(actual, expected),
      message,
      () => `Expected values not to be deeply equal: ${inspect(actual)}`,
      actual,
      expected,
    );
  },
  match(text, pattern, message) {
    check(pattern.test(text), message, () => `Expected ${inspect(text)} to match ${pattern}`, text, pattern);
  },
  fail(message = 'Failed') {
    check(false, message);
  },
  throws(run, expected, message) {
    let thrown;
    try {
      run();
    } catch (error) {
      thrown = { error };
    }
    const text = typeof expected === 'string' ? expected : message;
    check(thrown, text, () => 'Expected the function to throw');
    if (typeof expected !== 'string' && !matches(thrown.error, expected)) throw thrown.error;
  },
  async rejects(promise, expected, message) {
    let thrown;
    try {
      await (typeof promise === 'function' ? promise() : promise);
    } catch (error) {
      thrown = { error };
    }
    check(thrown, message, () => 'Expected the promise to be rejected');
    if (typeof expected !== 'string' && !matches(thrown.error, expected)) throw thrown.error;
  },
});
assert.strictEqual = assert.equal;
assert.notStrictEqual = assert.notEqual;
assert.deepStrictEqual = assert.deepEqual;
assert.strict = assert;

export default assert;
