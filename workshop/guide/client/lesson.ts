import type { PageData } from '../page-data.ts'
import { store } from './store.ts'

/** Makes the lesson, which the server has written, do what it says. */
export function attachLesson(page: PageData): void {
  runHere(page)
  openFiles(page)
  revealHints(page)
  store.on(() => markGoals(page))
}

function runHere({ slug }: PageData): void {
  for (const button of document.querySelectorAll<HTMLElement>('button.run-here')) {
    button.addEventListener('click', () => {
      const { solution, instances, workers } = button.dataset
      location.hash = 'run'
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
    const said = button.parentElement?.querySelector('.said')
    button.addEventListener('click', async () => {
      const { problem, message: done = '' } = await store.request({
        do: 'open',
        slug,
        file: button.dataset['file'] ?? '',
      })
      if (said) said.textContent = problem || done
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

const words = { unknown: '', passed: 'reached', failed: 'not yet' }

function markGoals({ slug, goals }: PageData): void {
  const check = store.state?.checks[slug]
  const passed = store.state?.steps.find((step) => step.slug === slug)?.passed ?? false
  goals.forEach((goal, at) => {
    const found = check?.goals.find((one) => one.goal === goal)?.state
    const state = found ?? (passed ? 'passed' : 'unknown')
    const item = document.querySelector(`[data-goal="${at}"]`)
    if (!item || item.className === state) return
    item.className = state
    const told = item.querySelector('.state')
    if (told) told.textContent = words[state]
  })
}
