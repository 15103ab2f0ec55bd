import { useRef } from 'preact/hooks'
import type { InstanceInfo } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import { isAlive } from './instance-states.ts'
import { store } from './store.ts'

const menuWidth = 290
const menuHeight = 330

/** Always the same button in the same place: what it opens is where no other button was. */
export function LaneControls({ instance }: { instance: InstanceInfo }) {
  const { name } = instance
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  const place = () => {
    const { left = 0, bottom = 0 } = button.current?.getBoundingClientRect() ?? {}
    if (!menu.current) return
    menu.current.style.left = `${Math.max(8, Math.min(left, innerWidth - menuWidth - 8))}px`
    menu.current.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - menuHeight))}px`
  }
  const itemsOf = () => [...(menu.current?.querySelectorAll('button') ?? [])]
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const items = itemsOf()
    const at = items.findIndex((item) => item === document.activeElement)
    items.at((at + step) % items.length)?.focus()
  }
  return (
    <div class="lane-controls">
      <button
        ref={button}
        type="button"
        popovertarget={`stop ${name}`}
        aria-haspopup="menu"
        aria-label={`Stop ${name}`}
      >
        <span aria-hidden="true">■</span> Stop
      </button>
      <div
        ref={menu}
        id={`stop ${name}`}
        class="menu"
        popover="auto"
        role="menu"
        aria-label={`Stop ${name}`}
        onBeforeToggle={place}
        onToggle={({ newState }) => newState === 'open' && itemsOf()[0]?.focus()}
        onKeyDown={move}
        onClick={() => menu.current?.hidePopover()}
      >
        <MenuItems instance={instance} />
      </div>
    </div>
  )
}

function MenuItems({ instance }: { instance: InstanceInfo }) {
  const { name } = instance
  const hasEnded = !isAlive(instance)
  const frozen = instance.state === 'frozen'
  const signal = (which: 'SIGTERM' | 'SIGKILL') =>
    void store.request({ do: 'signal', name, signal: which })
  const common = { once: true, role: 'menuitem' } as const
  return (
    <>
      <ActionButton {...common} disabled={hasEnded} onPress={() => signal('SIGTERM')}>
        <b>SIGTERM</b> Asks the process to exit. It can shut down gracefully.
      </ActionButton>
      <ActionButton {...common} disabled={hasEnded} onPress={() => signal('SIGKILL')}>
        <b>SIGKILL</b> Ends the process at once, without a shutdown.
      </ActionButton>
      <ActionButton
        {...common}
        disabled={hasEnded}
        onPress={() => void store.request({ do: 'freeze', name, on: !frozen })}
      >
        <b>{frozen ? 'Thaw' : 'Freeze'}</b>{' '}
        {frozen
          ? 'SIGCONT: it continues, and reads what has waited.'
          : 'SIGSTOP: the process pauses, its connections stay open.'}
      </ActionButton>
      <ActionButton {...common} onPress={() => void store.request({ do: 'restart', name })}>
        <b>Restart</b> {hasEnded ? 'Starts it again.' : 'SIGTERM, then a new process.'}
      </ActionButton>
      <ActionButton
        {...common}
        disabled={!hasEnded}
        onPress={() => void store.request({ do: 'remove', name })}
      >
        <b>Remove</b> Takes an instance that has ended off the stage.
      </ActionButton>
    </>
  )
}
