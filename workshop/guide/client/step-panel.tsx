import { useLayoutEffect, useState } from 'preact/hooks'
import type { PageData } from '../page-data.ts'
import type { CheckInfo, RunInfo } from '../protocol.ts'
import { CheckPanel } from './check-panel.tsx'
import { DrillPanel } from './drill-panel.tsx'
import { RunPanel } from './run-panel.tsx'
import { SolutionPanel } from './solution-panel.tsx'
import { useStore } from './hooks.ts'

const tabs = [
  { id: 'lesson', name: 'Lesson' },
  { id: 'run', name: 'Run' },
  { id: 'check', name: 'Check' },
  { id: 'drills', name: 'Drills' },
  { id: 'solution', name: 'Solution' },
]

/** Where a step is run, watched and checked. */
export function StepPanel({ page }: { page: PageData }) {
  const { problem, state } = useStore()
  const [tab, choose] = useTab()
  const check = state?.checks[page.slug]
  const run = state?.run?.slug === page.slug ? state.run : undefined
  const marks = { run: runBadge(run), check: checkBadge(check) }
  return (
    <>
      <Tabs tab={tab} choose={choose} marks={marks} />
      {problem !== '' && <Problem text={problem} />}
      <div class="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {(tab === 'run' || tab === 'lesson') && <RunPanel page={page} />}
        {tab === 'check' && <CheckPanel page={page} />}
        {tab === 'drills' && <DrillPanel page={page} />}
        {tab === 'solution' && <SolutionPanel page={page} />}
      </div>
    </>
  )
}

/** What a tab tells of what is behind it: a sign, and the same in words. */
type Badge = readonly [sign: string, words: string]

function runBadge(run: RunInfo | undefined): Badge | undefined {
  if (!run) return undefined
  const { length } = run.instances
  return [String(length), length === 1 ? '1 instance' : `${length} instances`]
}

function checkBadge(check: CheckInfo | undefined): Badge | undefined {
  if (check?.phase === 'running') return ['…', 'going on']
  if (check?.passed) return ['✓', 'passed']
  return check?.failure ? ['!', 'not yet'] : undefined
}

interface TabsProps {
  tab: string
  choose: (id: string) => void
  marks: Record<string, Badge | undefined>
}

function Tabs({ tab, choose, marks }: TabsProps) {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    const all = tabs.filter(({ id }) => document.getElementById(`tab-${id}`)?.offsetParent)
    const at = all.findIndex(({ id }) => id === tab)
    const next = all[(at + step + all.length) % all.length]
    if (!next) return
    choose(next.id)
    document.getElementById(`tab-${next.id}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label="Bench" onKeyDown={move}>
      {tabs.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          class={id === 'lesson' ? 'narrow-only' : ''}
          aria-selected={tab === id}
          tabIndex={tab === id ? 0 : -1}
          onClick={() => choose(id)}
        >
          {name}
          <TabBadge mark={marks[id]} />
        </button>
      ))}
    </div>
  )
}

function TabBadge({ mark }: { mark: Badge | undefined }) {
  if (!mark) return null
  const [sign, words] = mark
  return (
    <>
      <span class="mark" aria-hidden="true">
        {sign}
      </span>
      <span class="sr">({words})</span>
    </>
  )
}

function Problem({ text }: { text: string }) {
  const store = useStore()
  return (
    <div class="problem" role="alert">
      <p>{text}</p>
      <button type="button" onClick={() => store.dismiss()}>
        Close
      </button>
    </div>
  )
}

const wide = matchMedia('(min-width: 960px)')

/** The tab stands in the address, so that a reload finds it again. */
function useTab(): [string, (id: string) => void] {
  const [tab, setTab] = useState(tabInAddress)
  useLayoutEffect(() => {
    const look = () => setTab(tabInAddress())
    addEventListener('hashchange', look)
    wide.addEventListener('change', look)
    return () => {
      removeEventListener('hashchange', look)
      wide.removeEventListener('change', look)
    }
  }, [])
  useLayoutEffect(() => {
    document.body.dataset['tab'] = tab
  }, [tab])
  return [tab, (id) => (location.hash = id)]
}

function tabInAddress(): string {
  const named = tabs.find(({ id }) => `#${id}` === location.hash)?.id
  const first = wide.matches ? 'run' : 'lesson'
  return wide.matches && named === 'lesson' ? 'run' : (named ?? first)
}
