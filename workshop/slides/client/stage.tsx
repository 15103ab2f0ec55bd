import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { RecordedProgram } from '../../guide/recorded.ts'
import { Replay } from '../../guide/client/replay.tsx'
import { RunChoice } from '../../guide/client/run-choice.tsx'
import { turnSlidesWithKeys } from '../../guide/client/slide-keys.ts'
import { fromPlain } from '../../proxy/plain-json.ts'
import { localUrl, lookMs } from './live.ts'

const data = document.querySelector('#data')?.textContent ?? '[]'
const recorded: RecordedProgram[] = JSON.parse(data, fromPlain)
const live = { title: 'Live' }
turnSlidesWithKeys()
render(<Programs />, document.body)

/**
 * The runs of a step, one at a time. The first recorded one plays by itself. While the guide runs,
 * its stage of the step is one of them.
 */
function Programs() {
  const [chosen, choose] = useState(0)
  const guide = useGuide()
  const programs = guide ? [...recorded, live] : recorded
  // The guide may end. Its stage comes back with it.
  const at = programs[chosen] ? chosen : 0
  const program = recorded[at]
  return (
    <main aria-label="Runs">
      <RunChoice label="Programs" programs={programs} chosen={at} choose={choose} />
      {program ? (
        <>
          <h3 class="sr">{program.title}</h3>
          <Replay
            key={program.title}
            name={program.title}
            trace={program.trace}
            onBegin={() => {}}
          />
        </>
      ) : (
        <iframe title="The run in the guide" src={`${guide}${location.pathname}`} />
      )}
      {guide === '' && (
        <p class="quiet">
          To see it live, type <kbd>npm start</kbd> and open the guide in this browser.
        </p>
      )}
    </main>
  )
}

/** The address of the guide, or empty while it does not run; undefined until that is known. */
function useGuide(): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const look = async () => {
      setUrl(await localUrl('/guide'))
      setTimeout(look, lookMs)
    }
    void look()
  }, [])
  return url
}
