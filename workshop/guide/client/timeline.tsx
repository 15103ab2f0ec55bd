import { useMemo, useState } from 'preact/hooks'
import type { WireDetails, WireItem } from '../protocol.ts'
import { useSessionStorage, useStore } from './hooks.ts'
import { store } from './store.ts'

const mostShown = 80

/** Every line of the wire, the newest first. */
export function Timeline({ slug }: { slug: string }) {
  const { items, state, published } = useStore()
  const [instance, setInstance] = useSessionStorage('instance')
  const [channel, setChannel] = useSessionStorage('channel')
  const [paused, setPaused] = useState<readonly WireItem[] | undefined>()
  const source = paused ?? items
  const fits = (item: WireItem) =>
    (instance === '' || item.instance === instance) &&
    (channel === '' || item.channel === channel || item.pattern === channel)
  const shown = source.filter(fits).slice(-mostShown).toReversed()
  const signatures = useMemo(
    () => new Set(state?.checks[slug]?.failure?.signatures),
    [state, slug],
  )
  const last = source.at(-1)?.seq ?? 0
  const missed = paused ? items.filter(({ seq }) => seq > last).length : 0
  return (
    <section class="timeline" aria-labelledby="timeline-title">
      <div class="filters">
        <h2 id="timeline-title">Timeline</h2>
        <p class="quiet">{countOf(published)} published</p>
        <Filter
          label="Instance"
          value={instance}
          onChange={setInstance}
          values={items.map((item) => item.instance)}
        />
        <Filter
          label="Channel"
          value={channel}
          onChange={setChannel}
          values={items.flatMap((item) => [item.channel, item.pattern])}
        />
        <button
          type="button"
          aria-pressed={paused !== undefined}
          onClick={() => setPaused(paused ? undefined : items)}
        >
          {paused ? `Go on (${missed} new)` : 'Pause'}
        </button>
      </div>
      {shown.length === 0 && <p class="quiet">Nothing has crossed the wire yet.</p>}
      <ol aria-label="Wire, newest first">
        {shown.map((item) => (
          <TimelineRow key={item.seq} item={item} lit={signatures.has(item.signature)} />
        ))}
      </ol>
    </section>
  )
}

function countOf(messages: number): string {
  return messages === 1 ? '1 message' : `${messages.toLocaleString('en')} messages`
}

interface FilterProps {
  label: string
  value: string
  values: (string | undefined)[]
  onChange: (value: string) => void
}

function Filter({ label, value, values, onChange }: FilterProps) {
  const known = [...new Set([value, ...values])].filter(
    (one) => one !== undefined && one !== '',
  )
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">all</option>
        {known.toSorted().map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  )
}

function TimelineRow({ item, lit }: { item: WireItem; lit: boolean }) {
  const [whole, setWhole] = useState<WireDetails | undefined>()
  const isLost = item.receivers === 0
  const toggle = async () => {
    if (whole) return setWhole(undefined)
    const answer = await store.request({ do: 'whole', seq: item.seq })
    setWhole(answer.details)
  }
  const kinds = [item.kind, isLost ? 'lost' : '', lit ? 'lit' : ''].join(' ')
  return (
    <li class={kinds}>
      <button type="button" class="row" aria-expanded={whole !== undefined} onClick={toggle}>
        <span class="at">{seconds(item.at)}</span>
        <span class="who">
          {item.instance} <span class="quiet">conn {item.connection}</span>
        </span>
        <span class="what">{item.text}</span>
        <span class="result">{item.result}</span>
        {lit && <span class="spoken">the check shows this</span>}
      </button>
      {whole && <EventDetails whole={whole} />}
    </li>
  )
}

function EventDetails({ whole }: { whole: WireDetails }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(whole.cli)
    setCopied(true)
  }
  return (
    <div class="whole">
      <pre tabIndex={0}>{whole.words.map(pretty).join('\n')}</pre>
      {whole.reply !== '' && (
        <>
          <p class="quiet">Redis answered</p>
          <pre tabIndex={0}>{whole.reply}</pre>
        </>
      )}
      {whole.cli !== '' && (
        <p class="cli">
          <code>{whole.cli}</code>
          <button type="button" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </button>
        </p>
      )}
    </div>
  )
}

// JSON is easier to read with its fields below each other.
function pretty(word: string): string {
  if (!/^[[{]/.test(word)) return word
  try {
    return JSON.stringify(JSON.parse(word), undefined, 2)
  } catch {
    return word
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
