import { useMemo, useState } from 'preact/hooks'
import type { WireDetails, WireItem } from '../protocol.ts'
import { count } from './captions.ts'
import { type Message, durationOf, messagesIn } from './messages.ts'

const mostShown = 80

/** Finds all of an event, by its number. */
type Ask = (seq: number) => Promise<WireDetails | undefined>

export interface TimelineProps {
  items: readonly WireItem[]
  /** Messages published so far. */
  published: number
  /** What sends and receives. */
  who?: string | undefined
  /** What the check has shown: see `WireItem.signature`. */
  lit?: readonly string[] | undefined
  ask: Ask
}

/** Every message, the newest first; with the protocol shown, every line of the wire. */
export function Timeline({ items, published, who = 'Instance', lit, ask }: TimelineProps) {
  const [instance, setInstance] = useSessionStorage('instance')
  const [channel, setChannel] = useSessionStorage('channel')
  const [chosen, setChosen] = useSessionStorage('protocol')
  const [paused, setPaused] = useState<readonly WireItem[] | undefined>()
  // A program that publishes nothing has no messages to show.
  const protocol = chosen === '' ? published === 0 : chosen === 'on'
  const source = paused ?? items
  const fits = (item: WireItem) =>
    (instance === '' || item.instance === instance) &&
    (channel === '' || item.channel === channel || item.pattern === channel)
  const last = source.at(-1)?.seq ?? 0
  const missed = paused ? items.filter(({ seq }) => seq > last).length : 0
  return (
    <section class="timeline" aria-labelledby="timeline-title">
      <div class="filters">
        <h2 id="timeline-title">Timeline</h2>
        <p class="quiet">{countOf(published)}</p>
        <label>
          <input
            type="checkbox"
            checked={protocol}
            onChange={() => setChosen(protocol ? 'off' : 'on')}
          />
          Protocol
        </label>
        <Filter
          label={who}
          value={instance}
          values={items.map((item) => item.instance)}
          onChange={setInstance}
        />
        <Filter
          label="Channel"
          value={channel}
          values={items.flatMap((item) => [item.channel, item.pattern])}
          onChange={setChannel}
        />
        <button
          type="button"
          aria-pressed={paused !== undefined}
          onClick={() => setPaused(paused ? undefined : items)}
        >
          {paused ? `Go on (${missed} new)` : 'Pause'}
        </button>
      </div>
      <Rows source={source} fits={fits} protocol={protocol} lit={lit} ask={ask} />
    </section>
  )
}

interface RowsProps {
  /** Distinguishes them where there are several. */
  name?: string
  source: readonly WireItem[]
  fits?: (item: WireItem) => boolean
  protocol: boolean
  lit?: readonly string[] | undefined
  ask: Ask
}

/** The messages, or the lines of the wire, the newest first. */
export function Rows({ name, source, fits = () => true, protocol, lit, ask }: RowsProps) {
  const signatures = useMemo(() => new Set(lit), [lit])
  const isLit = ({ signature }: WireItem) => signatures.has(signature)
  const lines = protocol ? source.filter(fits).slice(-mostShown).toReversed() : []
  const messages = protocol
    ? []
    : messagesIn(source)
        .filter(({ publish, deliveries }) => [publish, ...deliveries].some(fits))
        .slice(-mostShown)
        .toReversed()
  return (
    <>
      {lines.length + messages.length === 0 && (
        <p class="quiet">
          {protocol ? 'Nothing has crossed the wire yet.' : 'No such message yet.'}
        </p>
      )}
      <ol
        aria-label={`${protocol ? 'Wire' : 'Messages'}, newest first${name ? `, ${name}` : ''}`}
      >
        {lines.map((item) => (
          <TimelineRow key={item.seq} item={item} lit={isLit(item)} ask={ask} />
        ))}
        {messages.map((message) => (
          <MessageRow
            key={message.publish.seq}
            message={message}
            lit={[message.publish, ...message.deliveries].some(isLit)}
            ask={ask}
          />
        ))}
      </ol>
    </>
  )
}

interface MessageProps {
  message: Message
  lit: boolean
  ask: Ask
}

function MessageRow({ message, lit, ask }: MessageProps) {
  const { publish, deliveries } = message
  const { instance, channel, words, receivers, result } = publish
  const [whole, toggle] = useDetails(publish, ask)
  return (
    <li class={`message ${receivers === 0 ? 'lost' : ''} ${lit ? 'lit' : ''}`}>
      <button type="button" class="row" aria-expanded={whole !== undefined} onClick={toggle}>
        <span class="words">{words}</span>
        <span class="way">
          {instance} → {channel}
          {receivers !== undefined && ` → ${placesOf(deliveries, receivers)}`}
        </span>
        <span class="result">
          {receivers === undefined ? result : `${receivers} received it`}
        </span>
        <span class="at">{deliveries.length > 0 && `${durationOf(message)} ms`}</span>
        {lit && <span class="spoken">the check shows this</span>}
      </button>
      {whole && (
        <>
          <ul class="deliveries" aria-label="Deliveries">
            {deliveries.map((one) => (
              <li key={one.seq}>
                <b>{one.instance}</b> received it on connection {one.connection} after{' '}
                {Math.max(0, one.at - publish.at)} ms
                {one.pattern !== undefined && `, by the pattern ${one.pattern}`}
              </li>
            ))}
          </ul>
          <EventDetails whole={whole} />
        </>
      )}
    </li>
  )
}

// Four workers of one instance are named once. Copies that do not cross the proxy are counted.
function placesOf(deliveries: readonly WireItem[], receivers: number): string {
  if (receivers === 0) return 'no subscriber'
  const counts = new Map<string, number>()
  for (const { instance } of deliveries) counts.set(instance, (counts.get(instance) ?? 0) + 1)
  const names = [...counts]
    .toSorted()
    .map(([name, times]) => (times > 1 ? `${name} (${times} times)` : name))
  const unseen = receivers - deliveries.length
  if (names.length === 0) return count(unseen, 'subscriber')
  return names.join(', ') + (unseen > 0 ? `, ${unseen} more` : '')
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
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">all {label.toLowerCase()}s</option>
      {known.toSorted().map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  )
}

/** All of an event, fetched when its row is opened. */
function useDetails(
  { seq }: WireItem,
  ask: Ask,
): [WireDetails | undefined, () => Promise<void>] {
  const [whole, setWhole] = useState<WireDetails | undefined>()
  const toggle = async () => setWhole(whole ? undefined : await ask(seq))
  return [whole, toggle]
}

function TimelineRow({ item, lit, ask }: { item: WireItem; lit: boolean; ask: Ask }) {
  const [whole, toggle] = useDetails(item, ask)
  const isLost = item.receivers === 0
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

// A text that survives a reload of this tab.
function useSessionStorage(name: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => sessionStorage.getItem(name) ?? '')
  const keep = (next: string) => {
    sessionStorage.setItem(name, next)
    setValue(next)
  }
  return [value, keep]
}
