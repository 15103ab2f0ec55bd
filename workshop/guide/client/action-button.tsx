import type { ComponentChildren } from 'preact'
import { useStore } from './hooks.ts'

interface Props {
  onPress: () => void
  children: ComponentChildren
  /** The accessible name, where the text alone does not name what it acts on. */
  label?: string
  title?: string
  disabled?: boolean
  pressed?: boolean
  primary?: boolean
  role?: 'menuitem'
  /** Ignores the second click of a double click: it was not meant for the state after the first. */
  once?: boolean
}

/**
 * A button that asks the workshop for something. While that is impossible it keeps the keyboard
 * focus, which a disabled button would lose.
 */
export function ActionButton(props: Props) {
  const { connected, wasConnected } = useStore()
  const disabled = props.disabled === true || (wasConnected && !connected)
  const press = ({ detail }: MouseEvent) => {
    if (!disabled && !(props.once && detail > 1)) props.onPress()
  }
  return (
    <button
      type="button"
      role={props.role}
      class={props.primary ? 'primary' : ''}
      title={props.title}
      aria-label={props.label}
      aria-disabled={disabled}
      aria-pressed={props.pressed}
      onClick={press}
    >
      {props.children}
    </button>
  )
}
