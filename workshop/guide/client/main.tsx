import { render } from 'preact'
import type { PageData } from '../protocol.ts'
import { CodeFiles } from './code-files.ts'
import { HomeStage } from './home-stage.tsx'
import { RunOnSlide } from './run-panel.tsx'
import { StepPanel } from './step-panel.tsx'
import { turnSlidesWithKeys } from './slide-keys.ts'
import { WirePanel } from './wire-panel.tsx'
import { attachLesson } from './lesson.ts'
import { followProgress } from './progress.ts'

followProgress()
const home = document.querySelector('#home-stage')
if (home) render(<HomeStage />, home)
const wire = document.querySelector('#wire')
if (wire) {
  wire.replaceChildren()
  render(<WirePanel />, wire)
}
const bench = document.querySelector('#bench')
const page = dataOfPage()
if (page && bench) {
  bench.replaceChildren()
  render(<StepPanel page={page} code={new CodeFiles(page.slug)} />, bench)
  attachLesson(page)
}

const stage = document.querySelector('#stage')
if (page && stage) {
  turnSlidesWithKeys()
  render(<RunOnSlide page={page} />, stage)
}

// What the server has put into this page about its step; null on pages without one.
function dataOfPage(): PageData | null {
  return JSON.parse(document.querySelector('#data')?.textContent ?? 'null')
}
