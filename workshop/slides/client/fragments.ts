import type { RevealApi } from 'reveal.js'
import { findSequences, showSteps, stepsOf } from '../../guide/client/sequences.ts'

/** Marks the lines of code that are looked at: the first group, and with each fragment the next. */
export function highlightLines(reveal: RevealApi): void {
  onFragments(reveal, () => {
    for (const figure of document.querySelectorAll<HTMLElement>('figure.code')) mark(figure)
  })
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

/**
 * A picture that shows messages in their order shows one more with each key. Call it before
 * reveal.js looks for what comes with a key. On paper the pictures are complete.
 */
export function stepThroughPictures(reveal: RevealApi): void {
  const pictures = findSequences()
  for (const picture of pictures) {
    const fragments = Array.from({ length: stepsOf(picture) }, () => {
      const fragment = document.createElement('span')
      fragment.className = 'fragment'
      fragment.hidden = true
      return fragment
    })
    picture.after(...fragments)
  }
  onFragments(reveal, () => {
    if (reveal.getConfig().view === 'print') return
    for (const picture of pictures)
      showSteps(picture, picture.parentElement?.querySelectorAll('.visible').length ?? 0)
  })
  addEventListener('beforeprint', () => {
    for (const picture of pictures) showSteps(picture, Infinity)
  })
}

function onFragments(reveal: RevealApi, update: () => void): void {
  for (const event of ['ready', 'fragmentshown', 'fragmenthidden', 'slidechanged'])
    reveal.on(event, update)
}
