import { useState } from 'preact/hooks'
import type { PageData } from '../page-data.ts'
import type { RunInfo } from '../protocol.ts'
import { Devices } from './devices.tsx'
import { InstanceCard } from './instance-card.tsx'
import { Log } from './log.tsx'
import { useStore } from './hooks.ts'
import { store } from './store.ts'
import { Wire } from './wire.tsx'

/** The instances of the step, and what crosses between them and Redis. */
export function RunPanel({ page }: { page: PageData }) {
  const { state } = useStore()
  const run = state?.run
  const mine = run?.slug === page.slug ? run : undefined
  return (
    <>
      {mine ? <Controls run={mine} /> : <Start page={page} other={run} />}
      {mine && (
        <>
          <h2 class="sr">Instances</h2>
          <div class="instances">
            {mine.instances.map((instance) => (
              <InstanceCard key={instance.name} instance={instance} />
            ))}
          </div>
          <Log from={['run', 'router']} title="Runner and router" slim />
          {mine.url && <Devices run={mine} url={mine.url} />}
          <Wire slug={page.slug} />
        </>
      )}
    </>
  )
}

function Start({ page, other }: { page: PageData; other: RunInfo | undefined }) {
  const [solution, setSolution] = useState(false)
  const second = page.entries[1]?.replace('.ts', '')
  const first = second ? (page.entries[0]?.replace('.ts', '') ?? 'web') : 'instance'
  const start = (instances: number, workers = 1) => {
    location.hash = 'run'
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
        <button type="button" class="primary" onClick={() => start(2)}>
          Start two {first}s{second && ` and a ${second}`}
        </button>
        <button type="button" onClick={() => start(1)}>
          Start one{second && ' of each'}
        </button>
      </p>
      {other && (
        <p class="quiet">{other.slug} is running at the moment. Starting here ends it.</p>
      )}
    </section>
  )
}

function Controls({ run }: { run: RunInfo }) {
  const several = run.entries.length > 1
  const ready = run.phase === 'running'
  return (
    <section class="controls" aria-label="Run">
      <p class="redis">
        <strong>{run.solution ? 'The solution' : 'Your code'}</strong>, {run.phase}
        <span class="quiet">
          {' '}
          {run.redisDown ? 'Redis was taken away' : run.redis.replace(/ \(.*/, '')}
        </span>
      </p>
      <p class="buttons">
        {run.entries.map((entry) => (
          <button
            key={entry}
            type="button"
            disabled={!ready}
            onClick={() => void store.request({ do: 'add', entry })}
          >
            One more{several && ` ${entry.replace('.ts', '')}`}
          </button>
        ))}
        <button
          type="button"
          disabled={!ready}
          aria-pressed={run.redisDown}
          onClick={() => void store.request({ do: 'redis', away: !run.redisDown })}
        >
          {run.redisDown ? 'Bring Redis back' : 'Take Redis away'}
        </button>
        <button type="button" onClick={() => void store.request({ do: 'stop' })}>
          Stop all
        </button>
      </p>
    </section>
  )
}
