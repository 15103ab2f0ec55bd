import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Line } from '../protocol.ts'

const mostShown = 150

interface LogProps {
  lines: readonly Line[]
  /** Whose lines are shown. */
  from: string[]
  title: string
  slim?: boolean
}

/** Printed lines, the newest at the bottom; it stays where a reader has scrolled to. */
export function Log({ lines, from, title, slim = false }: LogProps) {
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const mine = lines.filter((line) => from.includes(line.from)).slice(-mostShown)
  const last = mine.at(-1)?.id
  useLayoutEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight
  }, [last])
  const onScroll = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {}
    follows.current = scrollHeight - scrollTop - clientHeight < 24
  }
  if (slim && mine.length === 0) return null
  return (
    <div
      ref={box}
      class={slim ? 'log slim' : 'log'}
      role="log"
      aria-label={title}
      tabIndex={0}
      onScroll={onScroll}
    >
      {mine.map(({ id, kind, text }) => (
        <div key={id} class={kind}>
          {kind === 'err' && <span class="sr">stderr: </span>}
          {kind === 'remark' ? `(${text})` : text}
        </div>
      ))}
    </div>
  )
}
