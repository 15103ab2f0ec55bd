import type { PageData } from '../page-data.ts'
import type { CheckInfo, GoalInfo } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import { Failure, plain } from './failure.tsx'
import { useStore, useOptimisticToggle } from './hooks.ts'
import { store } from './store.ts'

/** The verdict of a check, the first goal that is not reached, and all goals. */
export function CheckPanel({ page }: { page: PageData }) {
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
      <p class="verdict" role="status">
        {verdictOf(check)}
      </p>
      {check?.problem && <p class="problem">{check.problem}</p>}
      {isCurrent && check.passed && <Passed slug={page.slug} />}
      {check?.failure && <Failure failure={check.failure} page={page} />}
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
    </section>
  )
}

function verdictOf(check: CheckInfo | undefined): string {
  if (!check) return ''
  if (check.phase === 'running') return 'Checking…'
  const time = new Date(check.at).toLocaleTimeString('en-GB')
  if (check.problem) return `${time}: could not be checked`
  const verdict = check.passed ? 'passed' : 'not yet'
  const since = check.outdated ? '. Your files have changed since then: check again' : ''
  return `${time}: ${verdict}, in ${duration(check.ms)}${since}`
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
      {next && (
        <a class="button primary" href={`/step/${next.slug}`}>
          Go on with step {next.number}, {next.title}
        </a>
      )}
    </div>
  )
}
