import type { ComponentChildren } from 'preact'
import type { FailureInfo, PageData } from '../protocol.ts'
import type { CodeFiles, CodePlace } from './code-files.ts'
import { useStore } from './hooks.ts'
import { store } from './store.ts'
import { showTab } from './tabs.ts'

interface FailureProps {
  failure: FailureInfo
  page: PageData
  code: CodeFiles
}

/** The first goal that was not reached, and why. */
export function Failure({ failure, page, code }: FailureProps) {
  const { expected, received, likely, lookAt, wire, output } = failure
  const place = placeIn(lookAt, page)
  const file = place?.file
  const { state } = useStore()
  const show = () => {
    if (!place) return
    code.show(place.file, place)
    showTab('code')
  }
  const open = () => file && void store.request({ do: 'open', slug: page.slug, file })
  return (
    <div class="failure">
      <h3>{withCode(failure.goal)}</h3>
      <dl>
        <dt>Expected</dt>
        <dd>{withCode(expected)}</dd>
        <dt>Received</dt>
        <dd>{withCode(received)}</dd>
        <dt>Likely</dt>
        <dd class="likely">{withCode(likely)}</dd>
        <dt>Look at</dt>
        <dd>{withCode(lookAt)}</dd>
      </dl>
      {file && (
        <p class="buttons">
          <button type="button" onClick={show}>
            Show {file} on this page
          </button>
          {state?.editor && (
            <button type="button" onClick={open}>
              Open {file}
            </button>
          )}
        </p>
      )}
      {wire.length > 0 && <Lines title="The wire, as the check saw it" lines={wire} lit />}
      <InYourRun failure={failure} slug={page.slug} />
      {output.length > 0 && <Lines title="What it printed" lines={output} />}
    </div>
  )
}

// `TODO(2) in index.ts`, `index.ts:12:5`; otherwise the first file that is to be edited.
function placeIn(lookAt: string, { files }: PageData): CodePlace | undefined {
  const [, named, line] = /([\w-]+\.ts)(?::(\d+))?/.exec(lookAt) ?? []
  const file = named ?? files[0]
  const todo = /TODO\((\d+)\)/.exec(lookAt)?.[1]
  if (!file) return undefined
  return { file, ...(line && { line: Number(line) }), ...(todo && { todo }) }
}

// What the check saw among its own instances may have happened on this bench as well.
function InYourRun({ failure, slug }: { failure: FailureInfo; slug: string }) {
  const { items, state } = useStore()
  const count = items.filter(({ signature }) => failure.signatures.includes(signature)).length
  if (state?.run?.slug !== slug || count === 0) return null
  return (
    <p>
      <button type="button" onClick={showHighlighted}>
        {count === 1 ? 'Show such a line' : `Show ${count} such lines`} in your own run
      </button>
    </p>
  )
}

function Lines({
  title,
  lines,
  lit = false,
}: {
  title: string
  lines: string[]
  lit?: boolean
}) {
  return (
    <>
      <p class="quiet">{title}</p>
      <pre class={lit ? 'lit' : ''} tabIndex={0} aria-label={title}>
        {lines.join('\n')}
      </pre>
    </>
  )
}

function showHighlighted(): void {
  // Not all of them need be messages.
  sessionStorage.setItem('protocol', 'on')
  showTab('run')
  requestAnimationFrame(scrollToHighlighted)
}

function scrollToHighlighted(): void {
  document.querySelector('.timeline .lit')?.scrollIntoView({ block: 'center' })
}

/** What stands between backticks, as code. */
export function withCode(text: string): ComponentChildren {
  return text
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))
}
