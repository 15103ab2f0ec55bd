import type { RevealApi } from 'reveal.js'
import { findSequences, showSteps, stepsOf } from '../../guide/client/sequences.ts'

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
  const update = () => {
    if (reveal.getConfig().view === 'print') return
    for (const picture of pictures)
      showSteps(picture, picture.parentElement?.querySelectorAll('.visible').length ?? 0)
  }
  for (const event of ['ready', 'fragmentshown', 'fragmenthidden', 'slidechanged'])
    reveal.on(event, update)
  addEventListener('beforeprint', () => {
    for (const picture of pictures) showSteps(picture, Infinity)
  })
}
