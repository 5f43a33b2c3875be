/** What commands leave behind: the code that the shell gets. */
export interface Outcome {
  code: number;
}
