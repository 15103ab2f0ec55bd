import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { CheckInfo, PageData, RunInfo } from '../protocol.ts'
import { CheckPanel } from './check-panel.tsx'
import { DrillPanel } from './drill-panel.tsx'
import { RunPanel } from './run-panel.tsx'
import { SolutionPanel } from './solution-panel.tsx'
import { useStore } from './hooks.ts'
import { isAlive } from './instance-states.ts'
import { currentTab, onTabChange, restoreScroll, showTab, tabs } from './tabs.ts'

/** Where a step is run, watched and checked. */
export function StepPanel({ page }: { page: PageData }) {
  const { problem, state } = useStore()
  const [tab, choose] = useTab()
  const panel = useRef<HTMLDivElement>(null)
  useFocusInPanel(panel)
  const check = state?.checks[page.slug]
  const run = state?.run?.slug === page.slug ? state.run : undefined
  const marks = { run: runBadge(run), check: checkBadge(check) }
  return (
    <>
      <Tabs tab={tab} choose={choose} marks={marks} />
      {problem !== '' && <Problem text={problem} />}
      <div
        class="panel"
        ref={panel}
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        tabIndex={0}
      >
        {(tab === 'run' || tab === 'lesson') && <RunPanel page={page} />}
        {tab === 'check' && <CheckPanel page={page} />}
        {tab === 'drills' && <DrillPanel page={page} />}
        {tab === 'solution' && <SolutionPanel page={page} />}
      </div>
    </>
  )
}

/** What a tab shows of its panel: a sign, and the same in words. */
type Badge = readonly [sign: string, words: string]

function runBadge(run: RunInfo | undefined): Badge | undefined {
  if (!run) return undefined
  const { length } = run.instances.filter(isAlive)
  return [String(length), length === 1 ? '1 instance' : `${length} instances`]
}

function checkBadge(check: CheckInfo | undefined): Badge | undefined {
  if (check?.phase === 'running') return ['…', 'going on']
  if (check?.outdated) return undefined
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
    <div class="tabs" role="tablist" aria-label="Panels" onKeyDown={move}>
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

function useTab(): [string, (id: string) => void] {
  const [tab, setTab] = useState(currentTab)
  const first = useRef(true)
  useLayoutEffect(() => onTabChange(() => setTab(currentTab())), [])
  useLayoutEffect(() => {
    document.body.dataset['tab'] = tab
    if (!first.current) restoreScroll(tab)
    first.current = false
  }, [tab])
  return [tab, showTab]
}

/** When the focused element is removed, the focus goes to the panel and not to the page's top. */
function useFocusInPanel(panel: RefObject<HTMLElement | null>): void {
  const last = useRef<Element | null>(null)
  useLayoutEffect(() => {
    const remember = () => (last.current = document.activeElement)
    const bench = document.querySelector('#bench')
    bench?.addEventListener('focusin', remember)
    return () => bench?.removeEventListener('focusin', remember)
  }, [])
  useLayoutEffect(() => {
    const isLost = last.current?.isConnected === false
    if (isLost && document.activeElement === document.body)
      panel.current?.focus({ preventScroll: true })
    if (isLost) last.current = null
  })
}
