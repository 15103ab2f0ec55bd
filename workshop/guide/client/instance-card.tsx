import type { InstanceInfo } from '../protocol.ts'
import { Log } from './log.tsx'
import { store } from './store.ts'

const signs = { running: '●', frozen: '❄', ended: '○' }

/** One instance: how it is, what can be done to it, and what it prints. */
export function InstanceCard({ instance }: { instance: InstanceInfo }) {
  const { name, state, pid, ended } = instance
  const alive = state !== 'ended'
  const told = state === 'ended' ? ended || 'not started' : state
  return (
    <section class={`instance ${state}`} aria-label={name}>
      <header>
        <h3>{name}</h3>
        <p class="state">
          <span aria-hidden="true">{signs[state]}</span> {told}
          {pid !== undefined && <span class="quiet"> pid {pid}</span>}
        </p>
      </header>
      <p class="buttons small">
        {alive && (
          <>
            <Signal name={name} signal="SIGTERM" />
            <Signal name={name} signal="SIGKILL" />
            <button
              type="button"
              title={state === 'frozen' ? 'SIGCONT' : 'SIGSTOP'}
              aria-label={`${state === 'frozen' ? 'Thaw' : 'Freeze'} ${name}`}
              onClick={() => void store.request({ do: 'freeze', name, on: state !== 'frozen' })}
            >
              {state === 'frozen' ? 'Thaw' : 'Freeze'}
            </button>
          </>
        )}
        <button
          type="button"
          aria-label={`Restart ${name}`}
          onClick={() => void store.request({ do: 'restart', name })}
        >
          Restart
        </button>
        {!alive && (
          <button
            type="button"
            aria-label={`Remove ${name}`}
            onClick={() => void store.request({ do: 'remove', name })}
          >
            Remove
          </button>
        )}
      </p>
      <Log from={[name]} title={`What ${name} prints`} />
    </section>
  )
}

function Signal({ name, signal }: { name: string; signal: 'SIGTERM' | 'SIGKILL' }) {
  return (
    <button
      type="button"
      aria-label={`${signal} to ${name}`}
      onClick={() => void store.request({ do: 'signal', name, signal })}
    >
      {signal}
    </button>
  )
}
