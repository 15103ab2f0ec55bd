import Reveal from 'reveal.js'
import Notes from 'reveal.js/plugin/notes'
import { highlightLines, stepThroughPictures } from './fragments.ts'
import { showRunningSteps } from './live.ts'

const reveal = new Reveal({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  hash: true,
  slideNumber: 'c/t',
  controlsTutorial: false,
  transition: 'none',
  backgroundTransition: 'none',
  // Answers stand on the slide they belong to.
  pdfSeparateFragments: false,
  // Each slide has its minutes; with this the speaker view shows how one keeps up.
  defaultTiming: 60,
  plugins: [Notes],
})

highlightLines(reveal)
stepThroughPictures(reveal)
void reveal.initialize().then(() => {
  showRunningSteps(reveal)
  askForState()
  document.documentElement.dataset['ready'] = 'yes'
})

// The speaker view turns the preview of the next slide once, when the preview of the current one
// is ready. A preview that is ready later asks the deck to send its state again: the deck takes
// this message of reveal.js for one of the speaker view.
function askForState(): void {
  if (!/[?&]receiver(&|$)/.test(location.search)) return
  const deck = window.parent.opener as Window | null
  deck?.postMessage(JSON.stringify({ namespace: 'reveal-notes', type: 'connected' }), origin)
}
