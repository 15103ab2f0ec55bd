import { useState } from 'preact/hooks'
import type { DrillInfo, DrillRun, PageData } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import { useStore } from './hooks.ts'
import { runOf } from './run-panel.tsx'
import { store } from './store.ts'

/** "What happens if…": first choose what you expect, then see it on your own running code. */
export function DrillPanel({ page }: { page: PageData }) {
  const { state } = useStore()
  const last = state?.drill?.slug === page.slug ? state.drill : undefined
  const phase = runOf(state, page)?.phase
  return (
    <section class="drills" aria-labelledby="drills-title">
      <h2 id="drills-title">What happens if…</h2>
      <p class="quiet">
        {page.drills.length === 0
          ? 'There is no drill for this step.'
          : 'First choose what you expect. Then it is done to the instances that run here.'}
      </p>
      {page.drills.map((drill) => (
        <Drill
          key={drill.id}
          drill={drill}
          slug={page.slug}
          ready={phase === 'running' || phase === 'ended'}
          last={last?.id === drill.id ? last : undefined}
          busy={state?.drill?.phase === 'running'}
        />
      ))}
    </section>
  )
}

interface DrillProps {
  drill: DrillInfo
  slug: string
  ready: boolean
  last: DrillRun | undefined
  busy: boolean
}

function Drill({ drill, slug, ready, last, busy }: DrillProps) {
  const { id, title, what, question, answers, needs } = drill
  const [predicted, predict] = useState(-1)
  const play = () => void store.request({ do: 'drill', id, slug, predicted })
  return (
    <article class="drill">
      <h3>{title}</h3>
      <p>{what}</p>
      <fieldset>
        <legend>{question}</legend>
        {answers.map((answer, at) => (
          <label key={answer}>
            <input
              type="radio"
              name={id}
              checked={predicted === at}
              onChange={() => predict(at)}
            />
            {answer}
          </label>
        ))}
      </fieldset>
      <p class="buttons">
        <ActionButton primary disabled={predicted < 0 || !ready || busy} onPress={play}>
          Do it
        </ActionButton>
        <span class="quiet">
          {!ready
            ? `It needs ${needs}: start the step first.`
            : predicted < 0
              ? 'Choose an answer first.'
              : ''}
        </span>
      </p>
      <div role="status">{last && <DrillOutcome last={last} answers={answers} />}</div>
    </article>
  )
}

function DrillOutcome({ last, answers }: { last: DrillRun; answers: string[] }) {
  if (last.phase === 'running') return <p>It is being done…</p>
  if (last.problem) return <p class="problem">{last.problem}</p>
  const happened = last.observed === undefined ? undefined : answers[last.observed]
  return (
    <div class="outcome">
      <dl>
        <dt>You expected</dt>
        <dd>{answers[last.predicted]}</dd>
        <dt>It happened</dt>
        <dd>
          {happened ? `${happened}.` : 'The wire does not show it.'}{' '}
          {happened && (
            <strong>
              {last.observed === last.predicted ? 'As you expected.' : 'A surprise.'}
            </strong>
          )}
        </dd>
      </dl>
      <ul>
        {last.story.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {last.wire.length > 0 && (
        <pre tabIndex={0} aria-label="The wire meanwhile">
          {last.wire.join('\n')}
        </pre>
      )}
    </div>
  )
}
