import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../paths.ts'
import type { Line } from './scale.ts'

const left = 170
const right = 760
const top = 110
const bottom = 440

/** Deliveries per CPU second of each chat over its instances, in the style of all pictures. */
export async function chart(lines: readonly Line[]): Promise<string> {
  const model = await readFile(join(root, 'slides', 'pictures', 'flow.svg'), 'utf8')
  const style = /<style>[^]*<\/defs>/.exec(model)?.[0] ?? ''
  const most = Math.max(...lines.flatMap(({ points }) => points.map((one) => one.perCpuSecond)))
  const step = stepOf(most)
  const ceiling = Math.ceil(most / step) * step
  const sizes = lines[0]?.points.map(({ instances }) => instances) ?? []
  const x = (at: number) => left + (at * (right - left)) / Math.max(1, sizes.length - 1)
  const y = (value: number) => Math.round(bottom - (value * (bottom - top)) / ceiling)
  const marks = Array.from({ length: ceiling / step + 1 }, (_, i) => i * step)
  const ends = spread(lines.map(({ points }) => y(points.at(-1)?.perCpuSecond ?? 0)))
  const described = lines.map(({ name, points }) => {
    const values = points.map((one) => Math.round(one.perCpuSecond).toLocaleString('en'))
    return `${name}: ${values.join(', ')}`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="560" viewBox="0 0 1200 560" role="img">
  <title>Deliveries per CPU second, by the number of instances</title>
  <desc>With ${sizes.join(', ')} instances. ${described.join('. ')}.</desc>
  ${style}

  <rect class="card" x="1" y="1" width="1198" height="558" rx="20" />
  <text class="name left" x="40" y="62">Deliveries for each second of CPU time</text>
${marks
  .map(
    (value) => `  <path class="line" d="M${left} ${y(value)}H${right}" stroke-opacity="0.35" />
  <text class="note" x="100" y="${y(value) + 9}">${value.toLocaleString('en')}</text>`,
  )
  .join('\n')}
${sizes.map((size, at) => `  <text class="note" x="${x(at)}" y="486">${size}</text>`).join('\n')}
  <text class="note" x="${(left + right) / 2}" y="526">instances</text>
${lines
  .map(({ name, points }, i) => {
    const path = points.map((one, at) => `${x(at)} ${y(one.perCpuSecond)}`).join('L')
    const look =
      i === 0
        ? 'stroke="#0b6b5e" stroke-width="7"'
        : `stroke="#8a8f96" stroke-width="4" ${dashes[i] ?? ''}`
    const label = i === 0 ? 'name left' : 'left'
    return `  <path d="M${path}" fill="none" ${look} />
  <text class="${label}" x="${right + 20}" y="${(ends[i] ?? 0) + 9}">${name}</text>`
  })
  .join('\n')}
</svg>
`
}

const dashes = ['', '', 'stroke-dasharray="14 8"', 'stroke-dasharray="3 8"']

function stepOf(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4))
  return [1, 2, 5, 10].map((one) => one * power).find((one) => most / one <= 5) ?? power
}

// Labels that would overlap move apart.
function spread(ends: number[]): number[] {
  const apart = 36
  const order = ends.map((_, i) => i).toSorted((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0))
  const places = [...ends]
  let last = -Infinity
  for (const i of order) {
    places[i] = Math.max(places[i] ?? 0, last + apart)
    last = places[i] ?? 0
  }
  const over = last - bottom
  return over > 0 ? places.map((place) => place - over) : places
}
