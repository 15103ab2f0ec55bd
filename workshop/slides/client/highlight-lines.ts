import type { RevealApi } from 'reveal.js'

/** Marks the lines of code that are looked at: the first group, and with each fragment the next. */
export function highlightLines(reveal: RevealApi): void {
  for (const event of ['ready', 'fragmentshown', 'fragmenthidden', 'slidechanged'])
    reveal.on(event, update)
}

function update(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('figure.code')) mark(figure)
}

function mark(figure: HTMLElement): void {
  const shown = [...figure.querySelectorAll<HTMLElement>('.look.visible')]
  const looked = shown.at(-1)?.dataset['look'] ?? figure.dataset['look'] ?? ''
  const wanted = new Set(looked.split(',').flatMap(numbersIn))
  figure.classList.toggle('looking', wanted.size > 0)
  figure.querySelectorAll('.line').forEach((line, at) => {
    line.classList.toggle('looked-at', wanted.has(at + 1))
  })
}

function numbersIn(range: string): number[] {
  const [from = 0, to = from] = range.split('-').map(Number)
  return from === 0 ? [] : Array.from({ length: to - from + 1 }, (_, at) => from + at)
}
