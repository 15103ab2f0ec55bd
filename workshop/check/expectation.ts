import { describeFact } from './describe-fact.ts'
import type { Fact } from './facts.ts'

/** Thrown when an app did not do what a goal expects of it. */
export class ExpectationFailed extends Error {
  override readonly name = 'ExpectationFailed'
  readonly fact: Fact

  /** @param fact what was expected and not seen */
  constructor(fact: Fact)
  /**
   * For suites whose expectations are not facts yet.
   *
   * @param expected what should have happened, "web.1 to print …"
   * @param received what happened instead
   * @param who the name of the app that did not do it, when it is one alone
   */
  constructor(expected: string, received: string, who?: string)
  constructor(what: Fact | string, received = '', who?: string) {
    const fact: Fact =
      typeof what === 'string'
        ? { kind: 'condition', expected: what, received, ...(who && { app: who }) }
        : what
    const text = describeFact(fact)
    super(`expected ${text.expected}; received ${text.received ?? 'something else'}`)
    this.fact = fact
  }

  /** What should have happened. */
  get expected(): string {
    return describeFact(this.fact).expected
  }

  /** What happened instead. */
  get received(): string {
    return describeFact(this.fact).received ?? ''
  }

  /** The app that did not do it, when it is one alone. */
  get who(): string | undefined {
    return this.fact.app
  }
}

/** For sentences: "a, b and c". */
export function formatList(names: readonly string[]): string {
  return new Intl.ListFormat('en-US').format(names)
}

/** Fails with this fact unless the condition holds. */
export function failUnless(holds: boolean, fact: Fact): asserts holds {
  if (!holds) throw new ExpectationFailed(fact)
}

/** Fails with these two sentences unless it is true. @param who see `ExpectationFailed` */
export function expectTrue(
  fact: boolean,
  expected: string,
  received: string,
  who?: string,
): void {
  if (!fact) throw new ExpectationFailed(expected, received, who)
}
