/** Thrown when a program did not do what a goal expects of it. */
export class ExpectationFailed extends Error {
  override readonly name = 'NotYet'

  /**
   * @param expected what should have happened, "web.1 to print …"
   * @param received what happened instead
   * @param who the name of the program that did not do it, when it is one alone
   */
  constructor(
    readonly expected: string,
    readonly received: string,
    readonly who?: string,
  ) {
    super(`expected ${expected}; received ${received}`)
  }
}

/** For sentences: "a, b and c". */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(names)
}

/** Fails with these two sentences unless the fact holds. @param who see `NotYet` */
export function expectTrue(
  fact: boolean,
  expected: string,
  received: string,
  who?: string,
): void {
  if (!fact) throw new ExpectationFailed(expected, received, who)
}
