import type { PageData } from '../protocol.ts'
import { playSequences } from './sequences.ts'
import { store } from './store.ts'
import { showTab } from './tabs.ts'

/** Attaches the buttons, hints and goals of the lesson that the server has rendered. */
export function attachLesson(page: PageData): void {
  runHere(page)
  openFiles(page)
  revealHints(page)
  playSequences()
  store.on(() => markGoals(page))
}

function runHere({ slug }: PageData): void {
  for (const button of document.querySelectorAll<HTMLElement>('button.run-here')) {
    button.addEventListener('click', () => {
      const { solution, instances, workers } = button.dataset
      showTab('run')
      void store.request({
        do: 'start',
        slug,
        solution: solution === 'true',
        instances: Number(instances),
        workers: Number(workers),
      })
    })
  }
}

function openFiles({ slug }: PageData): void {
  for (const button of document.querySelectorAll<HTMLElement>('button.open-file')) {
    const status = button.parentElement?.querySelector('.editor-status')
    // Without an editor to open it in, the button would only fail.
    store.on(() => button.toggleAttribute('hidden', !store.state?.editor))
    button.addEventListener('click', async () => {
      const { problem, message: done = '' } = await store.request({
        do: 'open',
        slug,
        file: button.dataset['file'] ?? '',
      })
      if (status) status.textContent = problem || done
    })
  }
}

// One level at a time: who has opened one may see that there is another. The command line
// remembers the same levels.
function revealHints({ slug }: PageData): void {
  const hints = [...document.querySelectorAll<HTMLDetailsElement>('details.hint')]
  for (const hint of hints) {
    const level = Number(hint.dataset['level'])
    hint.addEventListener('toggle', () => {
      if (!hint.open) return
      hints[level]?.removeAttribute('hidden')
      const known = store.state?.steps.find((step) => step.slug === slug)?.hints ?? 0
      if (level > known) void store.request({ do: 'hint', slug, level })
    })
  }
  store.on(() => {
    const shown = store.state?.steps.find((step) => step.slug === slug)?.hints ?? 0
    for (const hint of hints.slice(0, shown + 1)) hint.removeAttribute('hidden')
  })
}

const words = { open: '', passed: 'passed', 'not yet': 'not yet', 'not tested': 'not tested' }

function markGoals({ slug, goals }: PageData): void {
  const check = store.state?.checks[slug]
  const passed = store.state?.steps.find((step) => step.slug === slug)?.state === 'passed'
  goals.forEach((goal, at) => {
    const checked = check?.outdated ? undefined : check
    const found = checked?.goals.find((one) => one.goal === goal)?.state
    const state = found ?? (passed && !check ? 'passed' : 'open')
    const item = document.querySelector(`[data-goal="${at}"]`)
    const name = state.replace(' ', '-')
    if (!item || item.className === name) return
    item.className = name
    const shown = item.querySelector('.state')
    if (shown) shown.textContent = words[state]
  })
}
