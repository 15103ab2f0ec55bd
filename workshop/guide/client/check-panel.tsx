import type { PageData } from '../page-data.ts'
import type { CheckInfo, GoalInfo } from '../protocol.ts'
import { Failure, plain } from './failure.tsx'
import { useStore, useOptimisticToggle } from './hooks.ts'
import { store } from './store.ts'

/** What a check says, goal by goal. */
export function CheckPanel({ page }: { page: PageData }) {
  const { state } = useStore()
  const check = state?.checks[page.slug]
  const [onSave, checkOnSave] = useOptimisticToggle(state?.onSave === page.slug, (on) =>
    store.request({ do: 'on-save', slug: page.slug, on }),
  )
  const unknown = page.goals.map((goal): GoalInfo => ({ goal, state: 'unknown' }))
  return (
    <section class="check" aria-labelledby="check-title">
      <h2 id="check-title">Check</h2>
      <p class="buttons">
        <button
          type="button"
          class="primary"
          onClick={() => void store.request({ do: 'check', slug: page.slug })}
        >
          Check now
        </button>
        <label class="switch">
          <input
            type="checkbox"
            checked={onSave}
            onChange={({ currentTarget }) => checkOnSave(currentTarget.checked)}
          />
          at every save
        </label>
      </p>
      <p class="verdict" role="status">
        {verdictOf(check)}
      </p>
      {check?.problem && <p class="problem">{check.problem}</p>}
      <ul class="goals">
        {(check?.goals ?? unknown).map(({ goal, state: reached }) => (
          <li key={goal} class={reached}>
            <span class="mark" aria-hidden="true" />
            <span>
              {plain(goal)} <span class="state">{words(reached, check)}</span>
            </span>
          </li>
        ))}
      </ul>
      {check?.failure && <Failure failure={check.failure} page={page} />}
      {check?.passed && <Passed slug={page.slug} />}
    </section>
  )
}

function verdictOf(check: CheckInfo | undefined): string {
  if (!check) return ''
  if (check.phase === 'running') return 'Checking…'
  const time = new Date(check.at).toLocaleTimeString('en-GB')
  if (check.problem) return `${time}, could not be checked`
  return `${time}, ${check.passed ? 'passed' : 'not yet'}, ${check.ms} ms`
}

function words(state: GoalInfo['state'], check: CheckInfo | undefined): string {
  if (state === 'passed') return 'reached'
  if (state === 'failed') return 'not yet'
  return check?.phase === 'done' && check.failure ? 'not looked at: one cause at a time' : ''
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
