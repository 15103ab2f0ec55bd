import type { BoardInfo, Row } from '../protocol.ts'
import { Glance } from './glance.tsx'
import { RoomPicture } from './room-picture.tsx'
import { type ViewProps, durationSince, progressOf, sortRows, timeOfDay } from './rows.ts'

/** The instructor's view: a row for each learner. */
export function Board({ info, rows, now, connected, remove }: ViewProps) {
  return (
    <>
      <header class="top">
        <h1>Classroom</h1>
        <code class="join">{info.joinLine}</code>
        <a href="/projector">Projector view</a>
        <p id="connection" role="status" class={connected ? 'live' : 'lost'}>
          {connected ? 'live' : 'The classroom has stopped. Type: npm run classroom'}
        </p>
      </header>
      <main>
        <Glance info={info} rows={rows} explained />
        <RoomPicture rows={rows} named />
        {rows.length > 0 && (
          <table class="learners">
            <thead>
              <tr>
                <th scope="col">Learner</th>
                <th scope="col">Step</th>
                <th scope="col">Goals</th>
                <th scope="col">Diagnosis</th>
                <th scope="col">No progress for</th>
                <th scope="col">Last check</th>
                <th scope="col">
                  <span class="sr">Code, remove</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sortRows(rows).map((row) => (
                <LearnerRow key={row.id} row={row} info={info} now={now} remove={remove} />
              ))}
            </tbody>
          </table>
        )}
      </main>
    </>
  )
}

// Then it is time to go there.
const longMs = 15 * 60_000

interface LearnerRowProps {
  row: Row
  info: BoardInfo
  now: number
  remove: (id: string) => void
}

function LearnerRow({ row, info, now, remove }: LearnerRowProps) {
  const { id, name, report, codeAt } = row
  const progress = progressOf(row)
  const isLong = progress !== 'passed' && now - (report?.progressAt ?? now) >= longMs
  const step = info.steps.find(({ slug }) => slug === report?.step)
  const askAndRemove = () => {
    if (confirm(`Remove ${name} from the classroom?`)) remove(id)
  }
  return (
    <tr class={progress.replace(' ', '-')}>
      <th scope="row">
        <bdi>{name}</bdi>
      </th>
      <td class="number">{step?.number}</td>
      <td>
        <Goals row={row} goals={step?.goals ?? []} />
      </td>
      <td>
        <Diagnosis row={row} info={info} />
      </td>
      <td class={isLong ? 'number long' : 'number'}>
        {report && progress !== 'passed' && durationSince(report.progressAt, now)}
      </td>
      <td class="number quiet">
        {report && progress !== 'unchecked' && timeOfDay(report.checkedAt)}
      </td>
      <td class="actions">
        {codeAt !== undefined && (
          <a class="button" href={`/code/${id}`} aria-label={`The code of ${name}`}>
            Code, {timeOfDay(codeAt)}
          </a>
        )}
        <button
          type="button"
          aria-label={`Remove ${name}`}
          title="Remove"
          onClick={askAndRemove}
        >
          ×
        </button>
      </td>
    </tr>
  )
}

const marks = { passed: '✓', 'not yet': '×', 'not tested': '' }

function Goals({ row: { report }, goals }: { row: Row; goals: string[] }) {
  const states = report?.goals ?? []
  const passed = states.filter((state) => state === 'passed').length
  const all = states.length || goals.length
  return (
    <span class="goals" role="img" aria-label={`${passed} of ${all} goals passed`}>
      {Array.from({ length: all }, (_, at) => {
        const state = states[at] ?? 'not tested'
        return (
          <span key={at} class={state.replace(' ', '-')} title={`${goals[at] ?? ''}: ${state}`}>
            {marks[state]}
          </span>
        )
      })}
    </span>
  )
}

function Diagnosis({ row, info }: { row: Row; info: BoardInfo }) {
  const { report } = row
  const progress = progressOf(row)
  if (!report || progress === 'unchecked') return <span class="quiet">no check yet</span>
  if (progress === 'passed') return <span class="done">passed</span>
  const { diagnosis = 'unknown', diagnosedAt } = report
  const { name, likely } = info.diagnoses[diagnosis] ?? { name: diagnosis }
  return (
    <>
      <strong title={likely}>{name}</strong>{' '}
      <span class="quiet">since {timeOfDay(diagnosedAt)}</span>
    </>
  )
}
