import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { fromPlain } from '../../proxy/plain-json.ts'
import type { CheckInfo } from '../protocol.ts'
import type { Trace } from '../trace.ts'
import { withCode } from './failure.tsx'
import { prefersNoMotion } from './message-animation.ts'
import { Replay } from './replay.tsx'
import { store } from './store.ts'
import { scrollTabTo } from './tabs.ts'

interface Props {
  slug: string
  check: CheckInfo
  /** How often it was asked for: each time it is scrolled to, and plays. */
  asked: number
}

// When the check was finished whose run has played by itself.
let played = ''

/** The run of a goal that has passed. It plays once by itself, unless motion is not wanted. */
export function PassedRun({ slug, check: { at, shownGoal }, asked }: Props) {
  const [before] = useState(asked)
  const [trace, setTrace] = useState<Trace>()
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    void store.request({ do: 'passed-run', slug }).then((answer) => {
      if (answer.trace) setTrace(JSON.parse(answer.trace, fromPlain))
    })
  }, [])
  const isAsked = asked > before
  useLayoutEffect(() => {
    if (!isAsked || !trace || !section.current) return
    scrollTabTo(section.current)
    section.current.querySelector<HTMLElement>('.replay button')?.focus({ preventScroll: true })
  }, [asked, trace])
  if (!trace) return null
  const plays = isAsked || (!prefersNoMotion.matches && played !== at)
  return (
    <section class="passed-run" aria-labelledby="passed-run-title" ref={section}>
      <h3 id="passed-run-title">The run that passed</h3>
      <p>
        {withCode(shownGoal)}.{' '}
        <span class="quiet">Only messages that an instance sent with PUBLISH are drawn.</span>
      </p>
      <Replay
        key={asked}
        name="the passed run"
        trace={trace}
        onBegin={plays ? () => (played = at) : undefined}
      />
    </section>
  )
}
