import { render } from 'preact'
import { useState } from 'preact/hooks'
import type { RecordedProgram } from '../../guide/recorded.ts'
import { Replay } from '../../guide/client/replay.tsx'
import { RunChoice } from '../../guide/client/run-choice.tsx'
import { fromPlain } from '../../proxy/plain-json.ts'

const data = document.querySelector('#data')?.textContent ?? '[]'
const programs: RecordedProgram[] = JSON.parse(data, fromPlain)
render(<Programs />, document.body)

/** The runs of a step, one at a time. The first one plays by itself. */
function Programs() {
  const [chosen, choose] = useState(0)
  const program = programs[chosen]
  if (!program) return null
  return (
    <main aria-label="Recorded runs">
      <RunChoice label="Programs" programs={programs} chosen={chosen} choose={choose} />
      <h3 class="sr">{program.title}</h3>
      <Replay
        key={program.title}
        name={program.title}
        trace={program.trace}
        onBegin={() => {}}
      />
    </main>
  )
}
