import type { CourseFiles } from './read-course.ts'

const folder = 'slides/pictures'
// What all pictures have in common stands in each of them, so that each is whole by itself.
const common = /<style>[^]*<\/defs>/
// Steps are siblings, for the style hides those that follow one.
const step = /^.*(?:class="step"|id="step-).*$/gm
const firstStep = '  <rect id="step-0" class="card" '
const nextStep = (number: number) => `  <g class="step" id="step-${number}">`
// A picture loads nothing and does nothing: whatever it refers to lies in itself.
const foreign = [
  /<(script|foreignObject|image|a|iframe)\b/i,
  /\son\w+\s*=/i,
  /@import/i,
  /\bhref\s*=\s*["'](?!#)/i,
  /\burl\(\s*["']?(?!#)/i,
]

/** Pictures are whole by themselves, in one style, described in words, and exist. */
export function checkPictures(course: CourseFiles): string[] {
  const [[model = '', first = ''] = []] = Object.entries(course.pictures)
  const style = common.exec(first)?.[0]
  return [
    ...Object.entries(course.pictures).flatMap(([name, text]) => {
      const same = common.exec(text)?.[0] === style
      const problems = same
        ? checkPicture(text)
        : [...checkPicture(text), `its style is another than that of ${model}`]
      return prefixProblems(`${folder}/${name}`, problems)
    }),
    ...checkPages(course),
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
  const steps = text.match(step) ?? []
  const wrong = steps.find((line, at) => !line.startsWith(at === 0 ? firstStep : nextStep(at)))
  if (wrong !== undefined)
    problems.push(`its steps are not step-0, the card, step-1, step-2…: ${wrong.trim()}`)
  const [found] = foreign.flatMap((pattern) => pattern.exec(text)?.[0] ?? [])
  if (found !== undefined) problems.push(`loads or does something: ${found.trim()}`)
  return problems
}

// In README.md and in the lessons.
function checkPages(course: CourseFiles): string[] {
  const { lessons, readme = '' } = course
  return [
    ...prefixProblems('README.md', checkImages(readme, folder, course)),
    ...Object.entries(lessons).flatMap(([slug, text]) =>
      prefixProblems(`steps/${slug}/README.md`, checkImages(text, `../../${folder}`, course)),
    ),
  ]
}

/** Problems, with the file they are in. */
export function prefixProblems(path: string, problems: string[]): string[] {
  return problems.map((problem) => `${path}: ${problem}`)
}

/**
 * What a text shows, `![what it shows](from/name.svg)`, exists, and is described in words.
 *
 * @param from the folder of the pictures, as seen from the text
 */
export function checkImages(text: string, from: string, { pictures }: CourseFiles): string[] {
  const known = new Set(Object.keys(pictures).map((name) => `${from}/${name}`))
  const shown = [...text.matchAll(/!\[([^\]]*)\]\(([^)\s]*)(?: "[^"]*")?\)/g)]
  const unknown = shown.filter(([, , to = '']) => !known.has(to))
  const mute = shown.filter(([, alt = '']) => alt.trim() === '')
  return [
    ...unknown.map(([, , to]) => `shows ${to}, which is no picture in ${folder}`),
    ...mute.map(([, , to]) => `does not describe in words what ${to} shows`),
  ]
}
