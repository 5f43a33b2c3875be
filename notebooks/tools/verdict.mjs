/** Whether the printed text says that the exercise is solved, and every part of it. */
export function saysRight(printed) {
  return /\bright\b/.test(printed) && !/\bnot yet\b/.test(printed);
}
