import { expect, test } from 'vitest'
import { checkPictures } from '../../../workshop/dev/verify/pictures.ts'
import { courseOf } from './verify-fixture.ts'

const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img">
  <title>Two</title>
  <desc>One and another.</desc>
  <style>.way { marker-end: url(#head); }</style>
  <defs><path id="line" d="M0 0" /></defs>
  <rect id="step-0" class="card" />
  <g class="step" id="step-1">
    <use href="#line" />
  </g>
  <g class="step" id="step-2">
  </g>
</svg>
`

const steps = 'its steps are not step-0, the card, step-1, step-2…: '

test('pictures in one style have no problems', () => {
  expect(checkPictures(courseOf({}))).toEqual([])
  expect(checkPictures(courseOf({ pictures: { 'a.svg': picture, 'b.svg': picture } }))).toEqual(
    [],
  )
})

test.each<[string, string, string]>([
  [' role="img"', '', 'should begin with <svg xmlns="…" … viewBox="…" role="img">'],
  ['<title>Two</title>', '', '<title> is missing, or empty'],
  ['One and another.', ' ', '<desc> is missing, or empty'],
  ['.way', '.path', 'its style is another than that of a.svg'],
  ['id="line"', 'id="curve"', 'its style is another than that of a.svg'],
  ['</svg>', '<script>attack()</script></svg>', 'loads or does something: <script'],
  ['<use', '<use onload="attack()"', 'loads or does something: onload='],
  ['"#line"', '"b.svg#line"', 'loads or does something: href="'],
  ['step-2', 'step-3', `${steps}<g class="step" id="step-3">`],
  ['rect id="step-0"', 'rect', `${steps}<g class="step" id="step-1">`],
  [
    '  <g class="step" id="step-2"',
    '    <g class="step" id="step-2"',
    `${steps}<g class="step" id="step-2">`,
  ],
  ['<g class="step" id="step-1">', '<g class="step">', `${steps}<g class="step">`],
  ['</svg>', '<path fill="url(b.svg#x)" /></svg>', 'loads or does something: url('],
])('a picture with "%s" changed to "%s" is a problem', (part, other, problem) => {
  const pictures = { 'a.svg': picture, 'b.svg': picture.replace(part, other) }
  expect(checkPictures(courseOf({ pictures }))).toEqual([`slides/pictures/b.svg: ${problem}`])
})

test('lessons and README must show existing pictures, with a text alternative', () => {
  const right = '![two](../../slides/pictures/a.svg)'
  expect(shown(right, '![two](slides/pictures/a.svg)')).toEqual([])
  expect(shown('![](../../slides/pictures/a.svg)', right)).toEqual([
    'README.md: shows ../../slides/pictures/a.svg, which is no picture in slides/pictures',
    'steps/01-a/README.md: does not describe in words what ../../slides/pictures/a.svg shows',
  ])
  expect(shown('![b](../../slides/pictures/b.svg)', '')).toEqual([
    'steps/01-a/README.md: shows ../../slides/pictures/b.svg, which is no picture in slides/pictures',
  ])
})

function shown(lesson: string, readme: string): string[] {
  const part = { pictures: { 'a.svg': picture }, lessons: { '01-a': lesson }, readme }
  return checkPictures(courseOf(part))
}
