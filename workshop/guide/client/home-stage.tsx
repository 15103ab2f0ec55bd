import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Topology, WireItem } from '../protocol.ts'
import { instanceInfo } from '../trace.ts'
import { describeMessage } from './captions.ts'
import { prefersNoMotion } from './message-animation.ts'
import { messagesIn } from './messages.ts'
import { Stage } from './stage.tsx'

const turnMs = 2600
const names = ['web.1', 'web.2', 'web.3']

/** What the course is about, on the first page: a recorded trace, played once. */
export function HomeStage() {
  const [turn, setTurn] = useState(prefersNoMotion.matches ? names.length : 0)
  useEffect(() => {
    if (turn >= names.length) return
    const timer = setTimeout(() => setTurn(turn + 1), turn === 0 ? 600 : turnMs)
    return () => clearTimeout(timer)
  }, [turn])
  const items = useMemo(() => names.slice(0, turn).flatMap(messageOf), [turn])
  const messages = useMemo(() => messagesIn(items), [items])
  const last = messages.at(-1)
  return (
    <section class="live-stage" aria-labelledby="stage-title">
      <h2 id="stage-title">
        {last ? describeMessage(last) : 'Three instances are subscribed to one channel.'}
      </h2>
      <Stage
        instances={names.map((name) => instanceInfo(name, 'running'))}
        topology={topologyAfter(turn)}
        items={items}
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

function topologyAfter(received: number): Topology {
  const last = received > 0 ? `${names[received - 1]} started` : ''
  const subscribers = names.map((name) => `${name} 2`)
  return {
    instances: names.map((name) => ({
      name,
      connections: [
        { number: 1, subscribes: false, received: 0, last: '' },
        { number: 2, subscribes: true, received, last },
      ],
    })),
    others: 0,
    channels: [
      {
        name: 'instances',
        box: 'instances',
        pattern: false,
        subscribers,
        elsewhere: 0,
        lost: 0,
        used: 0,
      },
    ],
  }
}

function messageOf(instance: string, turn: number): WireItem[] {
  const words = `${instance} started`
  const item = (at: number, part: Partial<WireItem>): WireItem => ({
    seq: turn * 10 + at,
    at: turn * 10 + Math.min(at, 1),
    instance,
    connection: 1,
    kind: 'command',
    name: 'PUBLISH',
    channel: 'instances',
    pattern: undefined,
    words,
    text: words,
    result: '',
    receivers: names.length,
    signature: '',
    ...part,
  })
  const copies = names.map((name, at) =>
    item(at + 1, { instance: name, connection: 2, kind: 'push', name: 'message' }),
  )
  return [item(0, {}), ...copies]
}
