import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { describeMessage } from './captions.ts'
import { useStore } from './hooks.ts'
import { messagesIn } from './messages.ts'
import { Stage, type StageProps } from './stage.tsx'
import { store } from './store.ts'
import { Timeline, type TimelineProps } from './timeline.tsx'

type Props = Pick<StageProps, 'instances' | 'redisDown' | 'nodes' | 'controls' | 'log'> & {
  /** Below it. */
  children?: ComponentChildren
}

/** The stage of what goes on, below the last message in a sentence. */
export function LiveStage({ children, ...props }: Props) {
  const { topology, items, throughput } = useStore()
  const messages = useMemo(() => messagesIn(items), [items])
  const last = messages.at(-1)
  const command = items.findLast(({ kind }) => kind === 'command')
  return (
    <section class="live-stage" aria-labelledby="stage-title">
      <div role="status">
        <h2 id="stage-title">
          {props.redisDown
            ? 'Redis is unreachable. No message can be delivered.'
            : throughput.skipped > 0
              ? sampleOf(throughput)
              : last
                ? describeMessage(last)
                : command
                  ? `${command.instance} sent ${command.name}. Redis replied: ${command.result}.`
                  : 'Nothing has been sent to Redis yet.'}
        </h2>
      </div>
      <Stage {...props} topology={topology} items={items} messages={messages} />
      {children}
    </section>
  )
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
