import { numberOf } from '../../course/starters.ts'
import type { CourseFiles } from './read-course.ts'

/** Every slug must stand in each of its places, and every number belong to one step only. */
export function checkRegistration(course: CourseFiles): string[] {
  const { slugs, decks } = course
  const problems = slugs.flatMap((slug) => [
    ...missing(course.steps, slug, `steps/${slug}/`),
    ...missing(course.solutions, slug, `solutions/${slug}/`),
    ...missing(course.suites, slug, `tests/${slug}.test.ts`),
    ...missing(decks ?? slugs, slug, `slides/${slug}.md`),
  ])
  slugs.forEach((slug, at) => {
    if (numberOf(slug) === at + 1) return
    problems.push(`${slug} should have the number ${at + 1}: numbers run from 1 without gaps`)
  })
  return [...problems, ...strayPages(course)]
}

// Not every step has a page, but every test of pages has a step.
function strayPages({ sources, slugs }: CourseFiles): string[] {
  return Object.keys(sources)
    .filter((path) => {
      const slug = /^tests\/e2e\/browser\/(\d\d-[^/]+)\.test\.ts$/.exec(path)?.[1]
      return slug !== undefined && !slugs.includes(slug)
    })
    .map((path) => `${path}: there is no step of that name`)
}

function missing(place: string[], slug: string, name: string): string[] {
  return place.includes(slug) ? [] : [`${name} is missing`]
}

/** The README's table of steps must name the steps there are: `| 1 | [name](steps/…) | … |`. */
export function checkReadme({ readme, slugs, packageJson }: CourseFiles): string[] {
  if (readme === undefined) return ['README.md is missing']
  const rows = [...readme.matchAll(/^\|\s*(\d+)\s*\|\s*\[([^\]]*)\]\(([^)]*)\)/gm)]
  const listed = rows.map(([, number = '', name = '', link = '']) => ({ number, name, link }))
  const links = new Set(slugs.map(lessonOf))
  const problems = listed
    .filter(({ link }) => !links.has(link))
    .map(({ number, link }) => `README.md: row ${number} leads to ${link}, which is no step`)
  const homepage = /"homepage": "([^"]+)"/.exec(packageJson ?? '')?.[1]
  if (homepage && !readme.includes(homepage))
    problems.push(`README.md: does not link to the homepage of package.json, ${homepage}`)
  for (const slug of slugs) {
    const row = listed.find(({ link }) => link === lessonOf(slug))
    const [number, name] = [String(numberOf(slug)), slug.slice(3)]
    if (!row)
      problems.push(
        `README.md: the table has no row | ${number} | [${name}](${lessonOf(slug)})`,
      )
    else if (row.number !== number || row.name !== name) {
      problems.push(`README.md: the row of ${slug} should begin | ${number} | [${name}]`)
    }
  }
  return problems
}

const lessonOf = (slug: string): string => `steps/${slug}/README.md`

/** Every command in package.json must be one the workshop knows, and the other way round. */
export function checkCommands({ packageJson, sources }: CourseFiles): string[] {
  const cli = sources['workshop/cli.ts']
  if (packageJson === undefined) return ['package.json is missing']
  if (cli === undefined) return ['workshop/cli.ts is missing']
  const scripts = [
    ...packageJson.matchAll(/"([\w:-]+)": "node workshop\/launcher\.cjs ([\w-]+)/g),
  ]
  const known = [...cli.matchAll(/^\s+'?([\w-]+)'?: \(\) => import\('\.\/(.+?)'\)/gm)]
  const asked = new Set(scripts.map(([, , command = '']) => command))
  const names = new Set(known.map(([, name = '']) => name))
  return [
    ...scripts
      .filter(([, , command = '']) => !names.has(command))
      .map(
        ([, script, command]) =>
          `package.json: "${script}" runs "${command}", which cli.ts lacks`,
      ),
    ...[...names]
      .filter((name) => !asked.has(name))
      .map((name) => `workshop/cli.ts: "${name}" has no script in package.json`),
    ...known
      .filter(([, , file = '']) => sources[`workshop/${file}`] === undefined)
      .map(
        ([, name, file]) =>
          `workshop/cli.ts: "${name}" needs workshop/${file}, which is missing`,
      ),
  ]
}

/** No two known mistakes of a step may share an id: a verdict names one. */
export function checkMistakes({ sources }: CourseFiles): string[] {
  const seen = new Map<string, string>()
  const problems: string[] = []
  for (const [path, text] of Object.entries(sources)) {
    if (!/^tests\/\d\d-[^/]+\//.test(path)) continue
    for (const [, , id = ''] of text.matchAll(/^\s*(?:\{ )?id: (['"`])(.+?)\1/gm)) {
      // The same mistake can be made in several steps: what is unique is step and id.
      const key = `${placeOf(path)} ${id}`
      const earlier = seen.get(key)
      if (earlier) problems.push(`${path}: the id ${id} is taken already, in ${earlier}`)
      seen.set(key, path)
    }
  }
  return problems
}

/** All of `tests/03-slug/` belongs together. */
function placeOf(path: string): string {
  return path.split('/')[1] ?? path
}
