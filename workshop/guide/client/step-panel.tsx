import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { CheckInfo, PageData, RunInfo } from '../protocol.ts'
import { CheckPanel } from './check-panel.tsx'
import type { CodeFiles } from './code-files.ts'
import { CodePanel } from './code-panel.tsx'
import { DrillPanel } from './drill-panel.tsx'
import { Problem } from './problem.tsx'
import { RunPanel, runOf } from './run-panel.tsx'
import { SolutionPanel } from './solution-panel.tsx'
import { useStore } from './hooks.ts'
import { isAlive } from './instance-states.ts'
import { type Badge, TabList } from './tab-list.tsx'
import { currentTab, onTabChange, restoreScroll, showTab, tabs } from './tabs.ts'

/** Where a step is run, watched and checked. */
export function StepPanel({ page, code }: { page: PageData; code: CodeFiles }) {
  const { state } = useStore()
  const [tab, choose] = useTab()
  const panel = useRef<HTMLDivElement>(null)
  useFocusInPanel(panel)
  const check = state?.checks[page.slug]
  const badges: Record<string, Badge | undefined> = {
    code: code.unsaved.length > 0 ? ['●', 'not saved'] : undefined,
    run: runBadge(runOf(state, page)),
    check: checkBadge(check),
  }
  return (
    <>
      <TabList
        label="Panels"
        prefix="tab-"
        selected={tab}
        choose={choose}
        tabs={tabs.map(({ id, name }) => ({
          id,
          name,
          class: id === 'lesson' ? 'narrow-only' : '',
          badge: badges[id],
        }))}
      />
      <Problem />
      <div
        class="panel"
        ref={panel}
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        tabIndex={0}
      >
        {tab === 'code' && <CodePanel page={page} code={code} />}
        {(tab === 'run' || tab === 'lesson') && <RunPanel page={page} />}
        {tab === 'check' && <CheckPanel page={page} code={code} />}
        {tab === 'drills' && <DrillPanel page={page} />}
        {tab === 'solution' && <SolutionPanel page={page} />}
      </div>
    </>
  )
}

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
