import type { RefObject } from 'preact'
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks'
import { type Trace, detailsIn, framesOf } from '../trace.ts'
import { captionOf } from './captions.ts'
import { Log } from './log.tsx'
import { isPublish, messagesIn } from './messages.ts'
import { onceHalfVisible } from './sequences.ts'
import { Stage } from './stage.tsx'
import { Rows } from './timeline.tsx'

// A message travels for two legs of 0.9 s.
const frameMs = 2400
const beginsAfterMs = 400

interface Props {
  /** Distinguishes it from others on the page. */
  name: string
  trace: Trace
}

interface ReplayProps extends Props {
  /** When given, it plays as soon as half of the stage is on the screen, and calls this. */
  onBegin?: (() => void) | undefined
}

/**
 * A run that is over, on the stage: played, step by step, or at its end, where it begins unless it
 * plays by itself.
 */
export function Replay({ name, trace, onBegin }: ReplayProps) {
  const title = useId()
  const section = useRef<HTMLElement>(null)
  const frames = useMemo(() => framesOf(trace), [trace])
  const player = usePlayer(frames.length - 1, onBegin ? 0 : frames.length - 1)
  const begin = () => {
    onBegin?.()
    player.play()
  }
  useOnScreen(section, onBegin && begin)
  const frame = frames[player.at]
  if (!frame) return null
  return (
    <section class="live-stage replay" aria-labelledby={title} ref={section}>
      <div role="status">
        <h4 id={title}>
          <span class="sr">{name}: </span>
          {captionOf(frame)}
        </h4>
      </div>
      <Controls name={name} player={player} />
      <Stage
        name={name}
        instances={frame.instances}
        topology={frame.topology}
        items={frame.items}
        messages={messagesIn(frame.items)}
        redisDown={frame.redisDown}
        log={(one) => (
          <Log
            lines={frame.lines}
            from={[one.name]}
            title={`What ${one.name} prints, ${name}`}
          />
        )}
      />
      <ReplayRows
        name={name}
        trace={trace}
        items={frame.items}
        publishes={frames.at(-1)?.items.some(isPublish) === true}
      />
    </section>
  )
}

/** Calls back once, as soon as half of the stage is on the screen. */
function useOnScreen(
  section: RefObject<HTMLElement | null>,
  begin: (() => void) | undefined,
): void {
  useEffect(() => {
    const stage = section.current?.querySelector('.stage')
    return stage && begin ? onceHalfVisible(stage, begin) : undefined
  }, [])
}

interface Player {
  /** Which frame is shown, and which is the last one. */
  at: number
  end: number
  plays: boolean
  slow: boolean
  /** Plays, from the start when it is at its end, or pauses. */
  play(): void
  /** Pauses at a frame. */
  show(at: number): void
  setSlow(slow: boolean): void
}

function usePlayer(end: number, start: number): Player {
  const [at, setAt] = useState(start)
  const [plays, setPlays] = useState(false)
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!plays) return
    if (at >= end) return setPlays(false)
    const ms = at === 0 ? beginsAfterMs : frameMs * (slow ? 2 : 1)
    const timer = setTimeout(() => setAt(at + 1), ms)
    return () => clearTimeout(timer)
  }, [plays, at, end, slow])
  const play = () => {
    if (!plays && at >= end) setAt(0)
    setPlays(!plays)
  }
  const show = (next: number) => {
    setPlays(false)
    setAt(next)
  }
  return { at, end, plays, slow, play, show, setSlow }
}

function Controls({ name, player }: { name: string; player: Player }) {
  const { at, end, plays, slow } = player
  return (
    <div class="buttons" role="group" aria-label={`Play ${name}`}>
      <button type="button" class="primary" onClick={player.play}>
        {plays ? 'Pause' : at >= end ? 'Play again' : 'Play'}
      </button>
      <button type="button" onClick={() => player.show(at >= end ? Math.min(1, end) : at + 1)}>
        Step
      </button>
      <button type="button" aria-pressed={slow} onClick={() => player.setSlow(!slow)}>
        Slower
      </button>
      <input
        type="range"
        aria-label={`Moment of ${name}`}
        aria-valuetext={`${at} of ${end}`}
        max={end}
        value={at}
        onInput={({ currentTarget }) => player.show(Number(currentTarget.value))}
      />
    </div>
  )
}

interface RowsProps extends Props {
  items: Parameters<typeof Rows>[0]['source']
  /** A program that publishes nothing has no messages to show. */
  publishes: boolean
}

function ReplayRows({ name, trace, items, publishes }: RowsProps) {
  const [protocol, setProtocol] = useState(!publishes)
  return (
    <div class="timeline">
      {publishes && (
        <div class="filters">
          <label>
            <input type="checkbox" checked={protocol} onChange={() => setProtocol(!protocol)} />
            Protocol
          </label>
        </div>
      )}
      <Rows
        name={name}
        source={items}
        protocol={protocol}
        ask={async (seq) => detailsIn(trace, seq)}
      />
    </div>
  )
}
