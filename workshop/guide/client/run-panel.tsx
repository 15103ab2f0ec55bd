import { useState } from 'preact/hooks'
import type { PageData, RunInfo, State } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import { Devices } from './devices.tsx'
import { LaneControls } from './lane-controls.tsx'
import { Log } from './log.tsx'
import { useStore } from './hooks.ts'
import { isAlive } from './instance-states.ts'
import { LiveStage, LiveTimeline } from './live-stage.tsx'
import { isPublish } from './messages.ts'
import { Problem } from './problem.tsx'
import { store } from './store.ts'
import { showTab } from './tabs.ts'

/** The instances of the step, and what crosses between them and Redis. */
export function RunPanel({ page }: { page: PageData }) {
  const { state, lines } = useStore()
  const run = runOf(state, page)
  return (
    <>
      <RunStage page={page} />
      {run && (
        <>
          <Log lines={lines} from={['run', 'router']} title="Runner and router" slim />
          {run.url && <Devices run={run} url={run.url} />}
          <LiveTimeline lit={state?.checks[page.slug]?.failure?.signatures} />
        </>
      )}
    </>
  )
}

/** The same in a frame on a slide, where there is no room for the timeline. */
export function RunOnSlide({ page }: { page: PageData }) {
  const { state } = useStore()
  const run = runOf(state, page)
  return (
    <>
      <Problem />
      <div>
        <RunStage page={page} />
      </div>
      {run?.url && <Devices run={run} url={run.url} />}
    </>
  )
}

// What starts, changes and stops the run of the step, and its stage.
function RunStage({ page }: { page: PageData }) {
  const { state, lines } = useStore()
  const run = runOf(state, page)
  if (!run) return <Start page={page} other={state?.run} />
  return (
    <>
      <Controls run={run} />
      <BuildErrors run={run} />
      <LiveStage
        instances={run.instances}
        redisDown={run.redisDown}
        nodes={run.nodes}
        controls={(instance) => <LaneControls instance={instance} />}
        log={({ name }) => <Log lines={lines} from={[name]} title={`What ${name} prints`} />}
      >
        <PublishForm />
      </LiveStage>
    </>
  )
}

/** The run that goes on, when it is that of this page's step. */
export function runOf(state: State | undefined, { slug }: PageData): RunInfo | undefined {
  return state?.run?.slug === slug ? state.run : undefined
}

function Start({ page, other }: { page: PageData; other: RunInfo | undefined }) {
  const [solution, setSolution] = useState(false)
  const second = page.entries[1]?.replace('.ts', '')
  const first = second ? (page.entries[0]?.replace('.ts', '') ?? 'web') : 'instance'
  const start = (instances: number, workers = 1) => {
    showTab('run')
    void store.request({ do: 'start', slug: page.slug, solution, instances, workers })
  }
  return (
    <section class="start" aria-labelledby="start-title">
      <h2 id="start-title">Run it</h2>
      <p class="quiet">
        Your code, in as many instances as you like, on a real Redis. Save a file, and they
        start again.
      </p>
      <fieldset class="choice">
        <legend>What runs</legend>
        <label>
          <input
            type="radio"
            name="what"
            checked={!solution}
            onChange={() => setSolution(false)}
          />
          your code
        </label>
        <label>
          <input
            type="radio"
            name="what"
            checked={solution}
            onChange={() => setSolution(true)}
          />
          the solution
        </label>
      </fieldset>
      <p class="buttons">
        <ActionButton primary onPress={() => start(2)}>
          Start two {first}s{second && ` and a ${second}`}
        </ActionButton>
        <ActionButton onPress={() => start(1)}>Start one{second && ' of each'}</ActionButton>
      </p>
      {other && (
        <p class="quiet">{other.slug} is running at the moment. Starting here ends it.</p>
      )}
    </section>
  )
}

function Controls({ run }: { run: RunInfo }) {
  const { connected } = useStore()
  const several = run.entries.length > 1
  const isReady = run.phase === 'running' || run.phase === 'ended'
  const whose = run.solution ? 'The solution' : 'Your code'
  return (
    <section class="controls" aria-label="Run">
      <p class="run-state" role="status">
        <strong>
          {connected ? `${whose}: ${phaseOf(run)}` : `${whose}, before the workshop stopped`}
        </strong>
        <span class="quiet">
          {' '}
          {run.redisDown ? 'Redis is down' : run.redis.replace(/ \(.*/, '')}
        </span>
      </p>
      <div class="buttons">
        {run.entries.map((entry) => (
          <ActionButton
            key={entry}
            disabled={!isReady}
            onPress={() => void store.request({ do: 'add', entry })}
          >
            One more{several && ` ${entry.replace('.ts', '')}`}
          </ActionButton>
        ))}
        <ActionButton
          once
          disabled={!isReady}
          pressed={run.redisDown}
          onPress={() => void store.request({ do: 'redis', down: !run.redisDown })}
        >
          {run.redisDown ? 'Bring Redis back' : 'Take Redis down'}
        </ActionButton>
        <ActionButton onPress={() => void store.request({ do: 'stop' })}>Stop all</ActionButton>
      </div>
    </section>
  )
}

/** Publishes a message by hand. */
function PublishForm() {
  const { items, topology } = useStore()
  const last = items.findLast(isPublish)?.channel
  const channel = last ?? topology.channels[0]?.name ?? 'instances'
  const [where, setWhere] = useState('')
  const [message, setMessage] = useState('{"instance":"you","event":"started"}')
  const publish = () =>
    void store.request({ do: 'publish', channel: where || channel, message })
  return (
    <form
      class="by-hand"
      onSubmit={(event) => {
        event.preventDefault()
        publish()
      }}
    >
      <label>
        Channel
        <input
          value={where}
          placeholder={channel}
          onInput={({ currentTarget }) => setWhere(currentTarget.value)}
        />
      </label>
      <label>
        Message
        <input
          value={message}
          required
          maxLength={199}
          onInput={({ currentTarget }) => setMessage(currentTarget.value)}
        />
      </label>
      <button type="submit">Publish</button>
    </form>
  )
}

function phaseOf({ phase, instances }: RunInfo): string {
  if (phase === 'starting') return 'starting'
  if (phase === 'ending') return 'stopping'
  if (phase === 'ended') return 'every instance has ended'
  const running = instances.filter(isAlive).length
  return `${running} of ${instances.length} running`
}

/** Why the files cannot be built, until they can. */
function BuildErrors({ run: { buildErrors, instances } }: { run: RunInfo }) {
  if (buildErrors.length === 0) return null
  const runs = instances.some(isAlive)
  return (
    <section class="failure" role="alert" aria-label="Your files cannot be built">
      <h2>Your files cannot be built</h2>
      {runs && (
        <p>The instances run the code from before. They start again with the next save.</p>
      )}
      {buildErrors.map(({ text, location, frame }) => (
        <div key={location + text}>
          <p>
            <code>{location}</code> {text}
          </p>
          {frame !== '' && (
            <pre tabIndex={0} aria-label={`The line ${location}`}>
              {frame}
            </pre>
          )}
        </div>
      ))}
    </section>
  )
}
