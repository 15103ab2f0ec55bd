import { render } from 'preact'
import { useState } from 'preact/hooks'
import { Replay } from '../../guide/client/replay.tsx'
import { RunChoice } from '../../guide/client/run-choice.tsx'
import { fromPlain } from '../../proxy/plain-json.ts'
import type { RecordedFailure, RecordedProgram } from '../../guide/recorded.ts'

/** Plays the recorded runs of a lesson, which the page has in words. */
export function attachRuns(): void {
  const [place, data] = ['#runs', '#data'].map((one) => document.querySelector(one))
  if (!place || !data) return
  const [solution, ...wrong]: RecordedProgram[] = JSON.parse(data.textContent, fromPlain)
  place.replaceChildren()
  if (solution) render(<Runs solution={solution} wrong={wrong} />, place)
}

function Runs({
  solution,
  wrong,
}: {
  solution: RecordedProgram
  wrong: readonly RecordedProgram[]
}) {
  const [chosen, choose] = useState(0)
  const run = wrong[chosen]
  return (
    <>
      <div class="run">
        <h3>{solution.title}</h3>
        <Replay name="as it should be" trace={solution.trace} />
      </div>
      {run && (
        <div class="run">
          <h3>What goes wrong</h3>
          <RunChoice label="Mistakes" programs={wrong} chosen={chosen} choose={choose} />
          <Replay key={run.title} name={run.title} trace={run.trace} />
          {run.failure && <Failure failure={run.failure} />}
        </div>
      )}
    </>
  )
}

function Failure({ failure }: { failure: RecordedFailure }) {
  return (
    <div class="failure">
      <h4>What the check reports</h4>
      <dl>
        <dt>Expected</dt>
        <dd>{failure.expected}</dd>
        <dt>Received</dt>
        <dd>{failure.received}</dd>
        <dt>Likely</dt>
        <dd class="likely">{failure.likely}</dd>
        <dt>Look at</dt>
        <dd>{failure.lookAt}</dd>
      </dl>
    </div>
  )
}
