import { type AppUnderTest, failUnless } from '../../workshop/check/suite.ts'

/** While Redis refuses, no line is repeated: lines that differ in their numbers alone are the same. */
export function expectReportedOnce({ name, instance }: AppUnderTest): void {
  const lines = instance.lines.map(({ text }) => text).filter((text) => withoutNumbers(text))
  for (const line of lines) {
    const same = lines.filter((other) => withoutNumbers(other) === withoutNumbers(line))
    failUnless(same.length < 3, {
      kind: 'output-repeated',
      expectation: new Set(same).size === same.length ? 'refused-in-other-words' : 'refused',
      app: name,
      text: sharedBy(same),
      expected: 1,
      seen: same.length,
      when: 'while Redis refuses',
    })
  }
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, '')
}

// The words at the end that are the same in all of them, or, if there are more, those at the start.
function sharedBy(lines: readonly string[]): string {
  const [first = [], ...others] = lines.map((line) => line.split(' '))
  const differs = first.map((word, i) => others.some((other) => other[i] !== word))
  const [start, end] = [differs.indexOf(true), differs.lastIndexOf(true)]
  if (start < 0) return first.join(' ')
  const [before, after] = [first.slice(0, start), first.slice(end + 1)]
  return (after.length < before.length ? before : after).join(' ') || (lines[0] ?? '')
}
