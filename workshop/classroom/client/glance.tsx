import type { BoardInfo, Row } from '../protocol.ts'
import { type StepGroup, groupBySteps, progressOf } from './rows.ts'

const mostDiagnoses = 3
const order = ['passed', 'not yet', 'unchecked'] as const
const words = { passed: 'passed', 'not yet': 'not yet', unchecked: 'no check yet' }

interface Props {
  info: BoardInfo
  rows: Row[]
  /** With the sentence that explains the most frequent diagnosis. The room would read it as a hint. */
  explained?: boolean
}

/** The room at a glance, without names: how many are at which step, and what stops them. */
export function Glance({ info, rows, explained = false }: Props) {
  const groups = groupBySteps(info, rows)
  if (groups.length === 0) return <p class="empty quiet">No learner has joined yet.</p>
  return (
    <section class="glance" aria-label="The room at a glance">
      {groups.map((group) => (
        <StepCard
          key={group.step.slug}
          group={group}
          info={info}
          all={rows.length}
          explained={explained}
        />
      ))}
    </section>
  )
}

interface CardProps {
  group: StepGroup
  info: BoardInfo
  all: number
  explained: boolean
}

function StepCard({ group, info, all, explained }: CardProps) {
  const { step, rows, diagnoses } = group
  const dots = order.map((state) => {
    return { state, count: rows.filter((row) => progressOf(row) === state).length }
  })
  const summary = dots.filter(({ count }) => count > 0)
  return (
    <article>
      <h2>
        {rows.length} of {all} on step {step.number}
      </h2>
      <p class="quiet">{step.title.split(': ')[0]}</p>
      <p class="dots" aria-hidden="true">
        {dots.flatMap(({ state, count }) =>
          Array.from({ length: count }, (_, at) => (
            <span key={`${state}${at}`} class={state.replace(' ', '-')} />
          )),
        )}
      </p>
      <p class="tally">
        {summary.map(({ state, count }) => `${count} ${words[state]}`).join(', ')}
      </p>
      <ul>
        {diagnoses.slice(0, mostDiagnoses).map(({ id, count }, at) => (
          <li key={id}>
            <strong>{count}</strong> {info.diagnoses[id]?.name ?? id}
            {explained && at === 0 && <p class="likely quiet">{info.diagnoses[id]?.likely}</p>}
          </li>
        ))}
      </ul>
    </article>
  )
}
