import * as assert from 'uvu/assert';

/** Asserts that a function throws an Error with exactly this text. */
export function assertThrows(body: () => unknown, message: string): void {
  try {
    body();
  } catch (error) {
    assert.instance(error, Error);
    assert.is((error as Error).message, message);
    return;
  }
  assert.unreachable(`expected an error: ${message}`);
}

/** Asserts that a promise rejects with an Error whose text is this string or matches this pattern. */
export async function assertRejects(body: () => Promise<unknown>, message: string | RegExp): Promise<void> {
  try {
    await body();
  } catch (error) {
    assert.instance(error, Error);
    if (typeof message === 'string') assert.is((error as Error).message, message);
    else assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable(`expected a rejection: ${message}`);
}
