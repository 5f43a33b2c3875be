/** Asks until the answer is true; throws an error that says what it waited for if that takes longer than `milliseconds`. */
export async function until(what, ask, milliseconds = 30_000) {
  const end = performance.now() + milliseconds;
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`waited ${(milliseconds / 1000).toFixed(0)} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
