import type { Course } from './gather.ts'

const folder = 'slides/pictures'
// What all pictures have in common stands in each of them, so that each is whole by itself.
const common = /<style>[^]*<\/defs>/
// A picture loads nothing and does nothing: whatever it refers to lies in itself.
const foreign = [
  /<(script|foreignObject|image|a|iframe)\b/i,
  /\son\w+\s*=/i,
  /@import/i,
  /\bhref\s*=\s*["'](?!#)/i,
  /\burl\(\s*["']?(?!#)/i,
]

/** Pictures are whole by themselves, in one style, say in words what they show, and are there. */
export function checkPictures(course: Course): string[] {
  const [[model = '', first = ''] = []] = Object.entries(course.pictures)
  const style = common.exec(first)?.[0]
  return [
    ...Object.entries(course.pictures).flatMap(([name, text]) => {
      const same = common.exec(text)?.[0] === style
      const problems = same
        ? checkPicture(text)
        : [...checkPicture(text), `its style is another than that of ${model}`]
      return problems.map((problem) => `${folder}/${name}: ${problem}`)
    }),
    ...checkShown(course),
  ]
}

function checkPicture(text: string): string[] {
  const problems: string[] = []
  if (
    !/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]* viewBox="[^>]* role="img">/.test(text)
  )
    problems.push('should begin with <svg xmlns="…" … viewBox="…" role="img">')
  for (const name of ['title', 'desc']) {
    if (!new RegExp(`<${name}>[^<]*\\S[^<]*</${name}>`).test(text))
      problems.push(`<${name}> is missing, or empty`)
  }
  if (!common.test(text)) problems.push('<style> and <defs> are missing')
  const [found] = foreign.flatMap((pattern) => pattern.exec(text)?.[0] ?? [])
  if (found !== undefined) problems.push(`loads or does something: ${found.trim()}`)
  return problems
}

// `![what it shows](../../slides/pictures/name.svg)` in a lesson, or in README.md from there.
function checkShown({ pictures, lessons, readme = '' }: Course): string[] {
  const known = Object.keys(pictures).map((name) => `${folder}/${name}`)
  return [
    ...checkPage('README.md', readme, known),
    ...Object.entries(lessons).flatMap(([slug, text]) =>
      checkPage(
        `steps/${slug}/README.md`,
        text,
        known.map((path) => `../../${path}`),
      ),
    ),
  ]
}

function checkPage(path: string, text: string, known: string[]): string[] {
  const shown = [...text.matchAll(/!\[([^\]]*)\]\(([^)\s]*)\)/g)]
  const strange = shown.filter(([, , to = '']) => !known.includes(to))
  const mute = shown.filter(([, alt = '']) => alt.trim() === '')
  return [
    ...strange.map(([, , to]) => `${path}: shows ${to}, which is no picture in ${folder}`),
    ...mute.map(([, , to]) => `${path}: does not say in words what ${to} shows`),
  ]
}
