import { useState } from 'preact/hooks'
import type { CheckInfo, GoalInfo, PageData } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import type { CodeFiles } from './code-files.ts'
import { Failure, withCode } from './failure.tsx'
import { useStore, useOptimisticToggle } from './hooks.ts'
import { PassedRun } from './passed-run.tsx'
import { store } from './store.ts'
import { showTab } from './tabs.ts'

/** The verdict of a check, the first goal that is not reached, and all goals. */
export function CheckPanel({ page, code }: { page: PageData; code: CodeFiles }) {
  const { state } = useStore()
  const check = state?.checks[page.slug]
  const [onSave, checkOnSave] = useOptimisticToggle(state?.onSave === page.slug, (on) =>
    store.request({ do: 'on-save', slug: page.slug, on }),
  )
  const goals = check?.goals ?? page.goals.map((goal): GoalInfo => ({ goal, state: 'open' }))
  const isCurrent = check?.outdated === false
  const [asked, setAsked] = useState(0)
  return (
    <section class="check" aria-labelledby="check-title">
      <h2 id="check-title">Check</h2>
      <div class="buttons">
        <ActionButton
          primary
          onPress={() => void store.request({ do: 'check', slug: page.slug })}
        >
          Check now
        </ActionButton>
        <label class="switch">
          <input
            type="checkbox"
            checked={onSave}
            onChange={({ currentTarget }) => checkOnSave(currentTarget.checked)}
          />
          at every save
        </label>
      </div>
      <div role="status">
        <p class="verdict">{verdictOf(check, goals)}</p>
        {check?.phase === 'done' && <p class="quiet">{circumstancesOf(check)}</p>}
      </div>
      {check?.problem && <p class="problem">{check.problem}</p>}
      {isCurrent && check.passed && (
        <Passed page={page} watch={check.shownGoal ? () => setAsked(asked + 1) : undefined} />
      )}
      {check?.failure && <Failure failure={check.failure} page={page} code={code} />}
      <Goals goals={goals} outdated={!isCurrent && check?.phase !== 'running'} />
      {check?.notTested && <p class="quiet">{check.notTested}</p>}
      {state?.inClassroom && <ShowCode slug={page.slug} />}
      {check?.unsent && <p class="quiet">{check.unsent}</p>}
      {isCurrent && check.shownGoal && (
        <PassedRun key={check.at} slug={page.slug} check={check} asked={asked} />
      )}
    </section>
  )
}

function Goals({ goals, outdated }: { goals: readonly GoalInfo[]; outdated: boolean }) {
  return (
    <ul class={outdated ? 'goals outdated' : 'goals'}>
      {goals.map(({ goal, state }) => (
        <li key={goal} class={state.replace(' ', '-')}>
          <span class="mark" aria-hidden="true" />
          <span>
            {withCode(goal)} <span class="state">{state === 'open' ? '' : state}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

// What leaves this machine otherwise is which goals have passed, and no code.
function ShowCode({ slug }: { slug: string }) {
  const [shown, setShown] = useState('')
  const show = async () => setShown((await store.request({ do: 'show', slug })).message ?? '')
  return (
    <div class="buttons">
      <ActionButton once onPress={() => void show()}>
        Show my code to the instructor
      </ActionButton>
      <span role="status">{shown}</span>
    </div>
  )
}

function verdictOf(check: CheckInfo | undefined, goals: readonly GoalInfo[]): string {
  if (!check) return ''
  if (check.phase === 'running') return 'Checking…'
  if (check.problem) return 'Could not be checked'
  if (check.outdated) return 'Your files have changed since the check. Check again.'
  if (check.passed) return 'Passed'
  const passed = goals.filter(({ state }) => state === 'passed').length
  return `Not yet: ${passed} of ${goals.length} goals passed`
}

function circumstancesOf({ at, problem, ms }: CheckInfo): string {
  const time = new Date(at).toLocaleTimeString('en-GB')
  return `Checked at ${time}${problem ? '' : `, in ${duration(ms)}`}.`
}

function duration(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} minutes`
}

interface PassedProps {
  page: PageData
  /** Undefined when there is no run to watch. */
  watch: (() => void) | undefined
}

function Passed({ page, watch }: PassedProps) {
  const { state } = useStore()
  const steps = state?.steps ?? []
  const next = steps[steps.findIndex(({ slug }) => slug === page.slug) + 1]
  return (
    <div class="passed">
      <p>
        <strong>This step has passed.</strong>
      </p>
      <p class="buttons">
        {next && (
          <a class="button primary" href={`/step/${next.slug}`}>
            Go on with step {next.number}, {next.title}
          </a>
        )}
        {watch && (
          <button type="button" onClick={watch}>
            Watch the run that passed
          </button>
        )}
        {page.drills.length > 0 && (
          <button type="button" onClick={() => showTab('drills')}>
            Try a drill
          </button>
        )}
        <button type="button" onClick={() => showTab('solution')}>
          Compare with the solution
        </button>
      </p>
    </div>
  )
}
