import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataPath, root } from '../../../workshop/paths.ts'
import { countSteps } from '../../../workshop/web/index.ts'
import { connectBrowser } from './support/index.ts'

const folder = join(root, 'slides', 'pictures')
// On a slide of 1280x720, below its heading, a picture has about 1120 pixels: there 26 become 24.
const least = 26
const air = 4

/** Left, top, right, bottom. */
type Box = [number, number, number, number]

interface Label {
  text: string
  size: number
  box: Box
  /** The box around it. */
  frame: Box | null
  /** Lines and numbered circles that overlap it. */
  overlappedBy: string[]
}

// A line that is drawn before a frame is behind it, and behind the texts in the frame.
const measure = `(() => {
  const boxOf = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect()
    return [left, top, right, bottom]
  }
  const within = (x, y, [left, top, right, bottom]) => x > left && x < right && y > top && y < bottom
  const pointsOf = (path) => {
    const matrix = path.getScreenCTM()
    const length = path.getTotalLength()
    return Array.from({ length: 400 }, (_, at) => path.getPointAtLength((length * at) / 399).matrixTransform(matrix))
  }
  const paths = [...document.querySelectorAll('svg > path, svg > g path, use')].filter((path) => path.getTotalLength)
  const lines = paths.map((path) => ({ path, points: pointsOf(path) }))
  const circles = [...document.querySelectorAll('.badge circle')]
  return [...document.querySelectorAll('svg text')].map((text) => {
    const box = boxOf(text)
    const frame = text.parentElement.querySelector(':scope > rect')
    const hidden = (path) => frame && path.compareDocumentPosition(frame) & Node.DOCUMENT_POSITION_FOLLOWING
    const crossing = lines.filter(({ path, points }) => !hidden(path) && points.some(({ x, y }) => within(x, y, box)))
    const upon = circles.filter((circle) => {
      if (circle.parentElement === text.parentElement) return false
      const [left, top, right, bottom] = boxOf(circle)
      return left < box[2] && right > box[0] && top < box[3] && bottom > box[1]
    })
    return {
      text: text.textContent,
      size: parseFloat(getComputedStyle(text).fontSize),
      box,
      frame: frame && frame.parentElement.tagName === 'g' ? boxOf(frame) : null,
      overlappedBy: [...crossing.map(({ path }) => path.getAttribute('d')), ...upon.map((circle) => circle.parentElement.textContent)],
    }
  })
})()`

let browser: Browser | undefined
beforeAll(async () => {
  browser = await connectBrowser()
})
afterAll(() => browser?.close())

// The fonts depend on the machine: on another one they may be wider.
describe.each([
  ['with the fonts of this machine', ''],
  ['with wider fonts', '<style>text { letter-spacing: 0.02em }</style>'],
])('%s', (name, wider) => {
  test.each(readdirSync(folder))(
    'the labels of %s are large enough and do not overlap',
    async (file) => {
      const page = await browser?.newPage({ viewport: { width: 1280, height: 720 } })
      if (!page) throw new Error('there is no browser')
      const picture = readFileSync(join(folder, file), 'utf8')
      await page.setContent(`<body style="margin: 0">${picture}${wider}`)
      const path = dataPath('screenshots', `picture-${file}-${name.replaceAll(' ', '-')}.png`)
      await page.screenshot({ path })
      const [width = 0, height = 0] = /viewBox="0 0 (\d+) (\d+)"/.exec(picture)?.slice(1) ?? []
      const labels = await page.evaluate<Label[]>(measure)
      await page.close()
      expect([Number(width), Number(height) <= 570]).toEqual([1200, true])
      expect(labels.length).toBeGreaterThan(5)
      expect(labels.flatMap((label) => faults(label, labels, Number(height)))).toEqual([])
    },
  )
})

const sequences = readdirSync(folder).filter((file) => countSteps(file) > 0)
const opacities = `[...document.querySelectorAll('.step')].map((step) => getComputedStyle(step).opacity)`

test.each(sequences)(
  'the steps of %s appear in their order, and without a target it is complete',
  async (file) => {
    const page = await browser?.newPage()
    if (!page) throw new Error('there is no browser')
    const address = pathToFileURL(join(folder, file)).href
    await page.goto(address)
    const steps = countSteps(file)
    expect(await page.evaluate(opacities)).toEqual(Array(steps).fill('1'))
    for (let step = 0; step <= steps; step++) {
      await page.goto(`${address}#step-${step}`)
      const hidden = Array(steps - step).fill('0')
      expect(await page.evaluate(opacities)).toEqual([...Array(step).fill('1'), ...hidden])
    }
    await page.close()
  },
)

function faults(label: Label, all: Label[], height: number): string[] {
  const { text, size, box, frame, overlappedBy } = label
  const others = all.filter((other) => other !== label && overlap(box, other.box))
  return [
    ...(size >= least ? [] : [`"${text}" is too small: ${size}`]),
    ...(holds([0, 0, 1200, height], box) ? [] : [`"${text}" leaves the card`]),
    ...(frame === null || holds(frame, box) ? [] : [`"${text}" leaves its box`]),
    ...others.map((other) => `"${text}" and "${other.text}" overlap`),
    ...overlappedBy.map((what) => `"${text}" is crossed by ${what}`),
  ]
}

function holds(outer: Box, inner: Box): boolean {
  const [left, top, right, bottom] = outer
  const wide = inner[0] >= left + air && inner[2] <= right - air
  return wide && inner[1] >= top && inner[3] <= bottom
}

function overlap(one: Box, other: Box): boolean {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}
