import type { StepInfo } from '../protocol.ts'
import { linkLabel, stepLabel, tally } from '../step-label.ts'
import { store } from './store.ts'

/** Keeps what the server has drawn around a page true: ticks, tally, and whether it is there. */
export function followProgress(): void {
  const connection = document.querySelector<HTMLElement>('#connection')
  if (connection) showConnection(connection)
  store.on(() => {
    if (connection) showConnection(connection)
    for (const step of store.state?.steps ?? []) {
      const link = document.querySelector(`nav a[data-slug="${step.slug}"]`)
      if (link) tick(link, step)
    }
    showOverview()
  })
}

function showConnection(element: HTMLElement): void {
  const { connected, wasConnected } = store
  const lost = `The workshop has stopped. Type ${element.dataset['command']}: this page comes back by itself.`
  const text = connected ? 'live' : wasConnected ? lost : 'connecting'
  element.className = connected ? 'live' : wasConnected ? 'lost' : ''
  if (element.textContent !== text) element.textContent = text
}

function tick(link: Element, step: StepInfo): void {
  const passed = step.state === 'passed'
  link.setAttribute('aria-label', linkLabel(step))
  const mark = link.querySelector('.tick')
  if (passed === (mark !== null)) return
  mark?.remove()
  if (!passed) return
  const made = document.createElement('span')
  made.className = 'tick'
  made.ariaHidden = 'true'
  made.textContent = '✓'
  link.append(made)
}

function showOverview(): void {
  const element = document.querySelector('#tally')
  const steps = store.state?.steps ?? []
  if (!element || steps.length === 0) return
  element.textContent = tally(steps)
  for (const step of steps) {
    const row = document.querySelector(`#steps a[href="/step/${step.slug}"]`)?.parentElement
    const state = row?.querySelector('.state')
    if (!row || !state) continue
    const [word, mark] = stepLabel(step, steps)
    row.className = word.replaceAll(' ', '-')
    const shown = `${mark} ${word}`
    if (state.textContent !== shown) state.textContent = shown
  }
}
