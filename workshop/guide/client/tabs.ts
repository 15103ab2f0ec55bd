/** The tabs beside the lesson; `lesson` is one of them where the screen is narrow. */
export const tabs = [
  { id: 'lesson', name: 'Lesson' },
  { id: 'code', name: 'Code' },
  { id: 'run', name: 'Run' },
  { id: 'check', name: 'Check' },
  { id: 'drills', name: 'Drills' },
  { id: 'solution', name: 'Solution' },
] as const

const wide = matchMedia('(min-width: 960px)')
const scrolled = new Map<string, number>()
let current: string = wide.matches ? 'run' : 'lesson'

/** The tab that is shown. It stands in the address, so that a reload finds it again. */
export function currentTab(): string {
  current = tabs.find(({ id }) => `#${id}` === location.hash)?.id ?? current
  if (wide.matches && current === 'lesson') current = 'run'
  return current
}

/** Shows a tab, where it was scrolled to last. The history is for pages, not for tabs. */
export function showTab(id: string): void {
  if (id === currentTab()) return
  scrolled.set(current, scroller().scrollTop)
  history.replaceState(history.state, '', `#${id}`)
  dispatchEvent(new Event('hashchange'))
}

/** Scrolls a tab that has just been drawn to where it was left. */
export function restoreScroll(id: string): void {
  scroller().scrollTop = scrolled.get(id) ?? 0
}

/** Scrolls a tab to an element of it, and nothing around it. */
export function scrollTabTo(element: Element): void {
  const list = document.querySelector('.tabs')?.clientHeight ?? 0
  const top = Math.max(0, scroller().getBoundingClientRect().top) + list
  scroller().scrollTop += element.getBoundingClientRect().top - top
}

/** Calls back when another tab is to be shown. @returns how to stop that */
export function onTabChange(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  wide.addEventListener('change', listener)
  return () => {
    removeEventListener('hashchange', listener)
    wide.removeEventListener('change', listener)
  }
}

function scroller(): Element {
  const panel = wide.matches ? document.querySelector('#bench') : null
  return panel ?? document.documentElement
}
