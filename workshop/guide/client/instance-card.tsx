import type { InstanceInfo } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import { Log } from './log.tsx'
import { store } from './store.ts'

const signs = { running: '●', frozen: '❄', ended: '○' }

/** One instance: its state, what can be done to it, and what it prints. */
export function InstanceCard({ instance }: { instance: InstanceInfo }) {
  const { name, state, pid, ended, outdated } = instance
  const shown = state === 'ended' ? ended || 'not started' : state
  return (
    <section class={`instance ${state}`} aria-label={name}>
      <header>
        <h3>{name}</h3>
        <p class="state" title={shown}>
          <span aria-hidden="true">{signs[state]}</span> {shown}
          {outdated && ' the code from before'}
          {pid !== undefined && <span class="quiet"> pid {pid}</span>}
        </p>
      </header>
      <Buttons instance={instance} />
      <Log from={[name]} title={`What ${name} prints`} />
    </section>
  )
}

// Always the same buttons in the same places: what is under the pointer never becomes another one.
function Buttons({ instance: { name, state } }: { instance: InstanceInfo }) {
  const hasEnded = state === 'ended'
  const frozen = state === 'frozen'
  const signalButton = (signal: 'SIGTERM' | 'SIGKILL') => (
    <ActionButton
      once
      label={`${signal} to ${name}`}
      disabled={hasEnded}
      onPress={() => void store.request({ do: 'signal', name, signal })}
    >
      {signal}
    </ActionButton>
  )
  return (
    <div class="buttons small">
      {signalButton('SIGTERM')}
      {signalButton('SIGKILL')}
      <ActionButton
        once
        label={`${frozen ? 'Thaw' : 'Freeze'} ${name}`}
        title={frozen ? 'SIGCONT' : 'SIGSTOP'}
        disabled={hasEnded}
        onPress={() => void store.request({ do: 'freeze', name, on: !frozen })}
      >
        {frozen ? 'Thaw' : 'Freeze'}
      </ActionButton>
      <ActionButton
        once
        label={`Restart ${name}`}
        onPress={() => void store.request({ do: 'restart', name })}
      >
        Restart
      </ActionButton>
      <ActionButton
        once
        label={`Remove ${name}`}
        disabled={!hasEnded}
        onPress={() => void store.request({ do: 'remove', name })}
      >
        Remove
      </ActionButton>
    </div>
  )
}
