import { useState } from 'preact/hooks'
import type { CheckInfo, GoalInfo, PageData } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import type { CodeFiles } from './code-files.ts'
import { Failure, plain } from './failure.tsx'
import { useStore, useOptimisticToggle } from './hooks.ts'
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
      {isCurrent && check.passed && <Passed slug={page.slug} />}
      {check?.failure && <Failure failure={check.failure} page={page} code={code} />}
      <ul class={isCurrent || check?.phase === 'running' ? 'goals' : 'goals outdated'}>
        {goals.map(({ goal, state: reached }) => (
          <li key={goal} class={reached.replace(' ', '-')}>
            <span class="mark" aria-hidden="true" />
            <span>
              {plain(goal)} <span class="state">{reached === 'open' ? '' : reached}</span>
            </span>
          </li>
        ))}
      </ul>
      {check?.notTested && <p class="quiet">{check.notTested}</p>}
      {state?.inClassroom && <ShowCode slug={page.slug} />}
      {check?.unsent && <p class="quiet">{check.unsent}</p>}
    </section>
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

function Passed({ slug }: { slug: string }) {
  const { state } = useStore()
  const steps = state?.steps ?? []
  const next = steps[steps.findIndex((step) => step.slug === slug) + 1]
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
        <button type="button" onClick={() => showTab('solution')}>
          Compare with the solution
        </button>
      </p>
    </div>
  )
}
