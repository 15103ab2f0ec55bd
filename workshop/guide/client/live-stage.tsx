import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { describeMessage } from './captions.ts'
import { useStore } from './hooks.ts'
import { type Message, messagesIn } from './messages.ts'
import { Stage, type StageProps } from './stage.tsx'
import { store } from './store.ts'
import type { WireItem } from '../protocol.ts'
import { isChatter } from '../wire-item.ts'
import { Timeline, type TimelineProps } from './timeline.tsx'

type Props = Pick<StageProps, 'instances' | 'redisDown' | 'nodes' | 'controls' | 'log'> & {
  /** Below it. */
  children?: ComponentChildren
}

/** The stage of what goes on, below the last message in a sentence. */
export function LiveStage({ children, ...props }: Props) {
  const { topology, items, throughput } = useStore()
  const messages = useMemo(() => messagesIn(items), [items])
  return (
    <section class="live-stage" aria-labelledby="stage-title">
      <div role="status">
        <h2 id="stage-title">
          {props.redisDown
            ? 'Redis is unreachable. No message can be delivered.'
            : throughput.skipped > 0
              ? sampleOf(throughput)
              : lastOf(items, messages.at(-1))}
        </h2>
      </div>
      <Stage {...props} topology={topology} items={items} messages={messages} />
      {children}
    </section>
  )
}

// The last message, else the last command that a program sent for what it does.
function lastOf(items: readonly WireItem[], message: Message | undefined): string {
  if (message) return describeMessage(message)
  const commands = items.filter(({ kind }) => kind === 'command')
  const command = commands.findLast(({ name }) => !isChatter(name))
  if (command)
    return `${command.instance} sent ${command.name}. Redis replied: ${command.result}.`
  return `Nothing has been ${commands.length > 0 ? 'published' : 'sent to Redis'} yet.`
}

/** Every message of what goes on; see {@link Timeline}. */
export function LiveTimeline(props: Partial<Pick<TimelineProps, 'who' | 'lit'>>) {
  const { items, published } = useStore()
  return (
    <Timeline
      items={items}
      published={published}
      {...props}
      ask={async (seq) => (await store.request({ do: 'whole', seq })).details}
    />
  )
}

// Rounded: what changes with every picture cannot be read, nor read aloud.
function sampleOf({ sent, skipped }: { sent: number; skipped: number }): string {
  const ratio = Math.round((sent + skipped) / Math.max(sent, 1))
  const share = ratio < 2 ? 'most events' : `about one event in ${ratio}`
  return `So much at once: a sample is shown, ${share}. All are counted.`
}
