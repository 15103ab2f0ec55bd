import { useEffect, useMemo, useState } from 'preact/hooks'
import { type TraceEvent, framesOf } from '../trace.ts'
import { describeMessage } from './captions.ts'
import { prefersNoMotion } from './message-animation.ts'
import { messagesIn } from './messages.ts'
import { Stage } from './stage.tsx'

const turnMs = 2600
const names = ['web.1', 'web.2', 'web.3']
const channel = 'instances'

const setUp = names.flatMap(subscribe)
const trace = {
  instances: names,
  before: setUp.length,
  events: [...setUp, ...names.flatMap(announce)],
}

const frames = framesOf(trace)

/** What the course is about, on the first page: a recorded trace, played once. */
export function HomeStage() {
  const [turn, setTurn] = useState(prefersNoMotion.matches ? names.length : 0)
  useEffect(() => {
    if (turn >= names.length) return
    const timer = setTimeout(() => setTurn(turn + 1), turn === 0 ? 600 : turnMs)
    return () => clearTimeout(timer)
  }, [turn])
  const frame = frames[turn]
  const messages = useMemo(() => messagesIn(frame?.items ?? []), [frame])
  const last = messages.at(-1)
  if (!frame) return null
  return (
    <section class="live-stage" aria-labelledby="stage-title">
      <h2 id="stage-title">
        {last ? describeMessage(last) : 'Three instances are subscribed to one channel.'}
      </h2>
      <Stage
        instances={frame.instances}
        topology={frame.topology}
        items={frame.items}
        messages={messages}
        log={() => <div class="log">{last?.publish.words}</div>}
      />
      <p>
        <button type="button" onClick={() => setTurn(0)}>
          Play again
        </button>
      </p>
    </section>
  )
}

function subscribe(instance: string): TraceEvent[] {
  const place = { at: 0, instance }
  return [
    { kind: 'open', ...place, connection: 1 },
    { kind: 'open', ...place, connection: 2 },
    {
      kind: 'command',
      ...place,
      connection: 2,
      name: 'SUBSCRIBE',
      args: [channel],
      reply: null,
    },
  ]
}

function announce(publisher: string): TraceEvent[] {
  const args = [channel, `${publisher} started`]
  const copies = names.map((instance): TraceEvent => {
    return { kind: 'push', at: 1, instance, connection: 2, name: 'message', args }
  })
  const reply = names.length
  return [
    {
      kind: 'command',
      at: 0,
      instance: publisher,
      connection: 1,
      name: 'PUBLISH',
      args,
      reply,
    },
    ...copies,
  ]
}
