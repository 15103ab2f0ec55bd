import { join } from 'node:path'
import { messagesIn } from '../guide/client/messages.ts'
import { framesOf } from '../guide/trace.ts'
import type { WireItem } from '../guide/protocol.ts'
import { root } from '../paths.ts'
import { escapeHtml } from '../web/index.ts'
import type { Recording } from '../guide/recorded.ts'

// The picture that opens the README: a message that all instances receive, and one that none
// receives. It moves without a script, and stands still where that is asked for.

const schemes = {
  light: {
    paper: '#faf9f6',
    sheet: '#ffffff',
    ink: '#1d2126',
    quiet: '#575e67',
    edge: '#8a8f96',
    accent: '#0b6b5e',
    onAccent: '#ffffff',
    warn: '#9a3412',
  },
  dark: {
    paper: '#14171a',
    sheet: '#1b1f23',
    ink: '#e8e6e1',
    quiet: '#a3abb4',
    edge: '#727a83',
    accent: '#5cc8b5',
    onAccent: '#10201d',
    warn: '#f0a27a',
  },
}

/** Light or dark. */
export type Scheme = keyof typeof schemes

/** Both. */
export const allSchemes: readonly Scheme[] = ['light', 'dark']

/** The step whose recording it is drawn from. */
export const pictureStep = '03-publish-subscribe'

/** Where it lies. */
export function pictureFile(scheme: Scheme, folder = root): string {
  return join(folder, 'workshop', 'site', 'recordings', `readme-${scheme}.svg`)
}

const width = 880
const height = 356
const middle = 178

/** Draws it. @param recording of {@link pictureStep} */
export function readmePicture({ programs }: Recording, scheme: Scheme): string {
  const all = programs.flatMap(({ trace }) => {
    const names = trace.instances
    const items = framesOf(trace).at(-1)?.items ?? []
    return messagesIn(items).map(({ publish }) => ({ publish, names }))
  })
  const received = all.find(({ publish, names }) => publish.receivers === names.length)
  const lost = all.find(({ publish }) => publish.receivers === 0)
  if (!received || !lost) throw new Error('the recording shows no such messages')
  const { paper, sheet, ink, quiet, edge, accent, onAccent, warn } = schemes[scheme]
  const title = `${sentence(received.publish)} ${sentence(lost.publish)}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeHtml(title)}</title>
<style>
text { font: 15px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: ${quiet} }
.mono { font: 600 15px ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, monospace; fill: ${ink} }
.head { font-weight: 600; fill: ${ink} }
.warn { fill: ${warn}; font-weight: 600 }
.box { fill: ${sheet}; stroke: ${edge}; stroke-width: 1.5 }
.channel { fill: ${sheet}; stroke: ${accent}; stroke-width: 2 }
.empty { stroke: ${warn}; stroke-dasharray: 6 4 }
.wire { fill: none; stroke: ${edge}; stroke-width: 1.5 }
.pill rect { fill: ${accent} }
.pill text { fill: ${onAccent}; font: 600 13px ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, monospace }
.lost rect { fill: ${warn} }
.lost text { fill: ${paper} }
.pill { animation: 9s ease-in-out infinite }
.result { animation: result 9s infinite }
.late { animation-name: late }
${received.names.map((_, at) => keyframes(`up-${at}`, 4, ends(at))).join('\n')}
${keyframes('fall', 50, [320, 108])}
@keyframes result { 0%, 24% { opacity: 0 } 27%, 97% { opacity: 1 } 100% { opacity: 0 } }
@keyframes late { 0%, 70% { opacity: 0 } 73%, 97% { opacity: 1 } 100% { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { .pill, .result { animation: none } }
</style>
<rect width="${width}" height="${height}" rx="12" fill="${paper}"/>
<g>
${scene(received.publish, received.names)}
</g>
<path class="wire" d="M24 ${middle}H${width - 24}"/>
<g transform="translate(0 ${middle})">
${scene(lost.publish, [])}
</g>
</svg>
`
}

function sentence({ instance, words, receivers = 0 }: WireItem): string {
  const count = receivers === 1 ? '1 subscriber' : `${receivers} subscribers`
  return `${instance} publishes “${words}”: ${count} received it.`
}

// Where a copy ends, as seen from where the message starts.
function ends(at: number): [number, number] {
  return [560, at === 0 ? -34 : 34]
}

// To the channel, and from there on. @param from percent of the whole
function keyframes(name: string, from: number, [x, y]: readonly number[]): string {
  const at = (percent: number) => `${from + percent}%`
  return `@keyframes ${name} { 0%, ${at(0)} { transform: none; opacity: 0 } ${at(1)} { transform: none; opacity: 1 } ${at(10)} { transform: translate(300px, 0) } ${at(20)} { transform: translate(${x}px, ${y}px); opacity: 1 } ${at(24)}, 100% { transform: translate(${x}px, ${y}px); opacity: 0 } }`
}

function scene(
  { instance, channel = '', words, receivers }: WireItem,
  names: string[],
): string {
  const isLost = receivers === 0
  const y = 92
  const subscribers = names.map((name, at) => {
    const top = y + (ends(at)[1] ?? 0)
    return `<path class="wire" d="M540 ${y}C610 ${y} 610 ${top} 680 ${top}"/><rect class="box" x="680" y="${top - 24}" width="176" height="48" rx="9"/><text class="mono" x="698" y="${top + 5}">${escapeHtml(name)}</text><text class="result" x="762" y="${top + 5}">received</text>`
  })
  const pills = (isLost ? ['fall'] : names.map((_, at) => `up-${at}`)).map((name) =>
    pill(words, y, isLost ? 'pill lost' : 'pill', name),
  )
  const result = isLost
    ? `<text class="warn result late" x="440" y="${y + 60}" text-anchor="middle">lost</text>`
    : ''
  return `<text class="head" x="24" y="34">${escapeHtml(isLost ? 'No subscriber: the message is lost' : 'Every subscriber receives a copy')}</text>
<path class="wire" d="M200 ${y}H340"/>
<rect class="box" x="24" y="${y - 26}" width="176" height="52" rx="9"/><text class="mono" x="42" y="${y + 5}">${escapeHtml(instance)}</text>
<rect class="channel${isLost ? ' empty' : ''}" x="340" y="${y - 30}" width="200" height="60" rx="12"/><text class="mono" x="440" y="${y - 4}" text-anchor="middle">${escapeHtml(channel)}</text><text x="440" y="${y + 17}" text-anchor="middle"${isLost ? ' class="warn"' : ''}>${names.length === 0 ? '0' : names.length} subscribers</text>
${subscribers.join('\n')}
${result}
${pills.join('\n')}`
}

// It begins at the right edge of its instance; standing still, it shows what is sent.
function pill(words: string, y: number, kind: string, animation: string): string {
  const wide = 22 + words.length * 8
  return `<g class="${kind}" style="animation-name: ${animation}"><rect x="112" y="${y - 13}" width="${wide}" height="26" rx="13"/><text x="${112 + wide / 2}" y="${y + 5}" text-anchor="middle">${escapeHtml(words)}</text></g>`
}
