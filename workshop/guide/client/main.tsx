import { render } from 'preact'
import { StepPanel } from './step-panel.tsx'
import { attachLesson } from './lesson.ts'
import { page } from './page.ts'
import { followProgress } from './progress.ts'

followProgress()
const bench = document.querySelector('#bench')
if (page && bench) {
  bench.replaceChildren()
  render(<StepPanel page={page} />, bench)
  attachLesson(page)
}
