import { render } from 'preact'
import { HomeStage } from './home-stage.tsx'
import { StepPanel } from './step-panel.tsx'
import { attachLesson } from './lesson.ts'
import { page } from './page.ts'
import { followProgress } from './progress.ts'

followProgress()
const home = document.querySelector('#home-stage')
if (home) render(<HomeStage />, home)
const bench = document.querySelector('#bench')
if (page && bench) {
  bench.replaceChildren()
  render(<StepPanel page={page} />, bench)
  attachLesson(page)
}
