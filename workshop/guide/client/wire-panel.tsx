import { useMemo } from 'preact/hooks'
import type { Line, WireItem } from '../protocol.ts'
import { instanceInfo } from '../trace.ts'
import { count } from './captions.ts'
import { useStore } from './hooks.ts'
import { LiveStage, LiveTimeline } from './live-stage.tsx'
import { Log } from './log.tsx'
import { store } from './store.ts'

// Each is a column where the page is narrow.
const narrow = matchMedia('(max-width: 632px)')
narrow.addEventListener('change', () => store.changed())
const mostColumns = 3

/** Programs that the workshop did not start, and what crosses between them and Redis. */
export function WirePanel() {
  const { topology, items, problem } = useStore()
  const lines = useMemo(() => linesOf(items), [items])
  const shown = topology.instances.slice(0, narrow.matches ? mostColumns : undefined)
  const others = topology.others + topology.instances.length - shown.length
  return (
    <>
      {problem !== '' && <p role="alert">{problem}</p>}
      <LiveStage
        instances={shown.map(({ name, connections }) =>
          instanceInfo(name, connections.length > 0 ? 'connected' : 'closed'),
        )}
        log={({ name }) => <Log lines={lines} from={[name]} title={`What ${name} sends`} />}
      >
        {others > 0 && (
          <p class="others quiet">
            Not drawn here, but in the timeline: {count(others, 'more program')}.
          </p>
        )}
      </LiveStage>
      <LiveTimeline who="Program" />
    </>
  )
}

// Other programs print in terminals of their own: their commands are shown.
function linesOf(items: readonly WireItem[]): Line[] {
  return items
    .filter(({ kind }) => kind === 'command')
    .map(({ seq: id, instance: from, text, result }) => {
      return { id, from, kind: 'out', text: `${text} → ${result}` }
    })
}
