import type { CourseFiles, FileMap } from './read-course.ts'

/** A word that the glossary replaces. */
interface Avoided {
  pattern: RegExp
  use: string
}

const avoided: Avoided[] = [
  avoid('farewells?|good-?bye|last words', 'graceful shutdown, shut down, `stopped` message'),
  avoid('says?|said|saying|tells?|told|telling', 'log, print, report, state'),
  avoid('speaks?|spoke|speaking', 'publish, send'),
  avoid('hears?|heard|hearing|audience', 'receive; subscriber'),
  avoid('dial(s|led|ling)?|knock(s|ed|ing)?|rings?|call(s|ed|ing)? at', 'connect, reconnect'),
  avoid('stands? in the (code|environment)', 'hard-coded; environment variable'),
  avoid('taps?|tapped', 'recording proxy'),
  avoid('nonsense', 'malformed message, invalid input'),
  avoid('forgotten|vouch(es)? for', 'the exact term: at-most-once delivery, is not trusted'),
  avoid('gates?', 'check, test'),
  avoid('proofs?', 'test, check'),
  avoid('for ever|as long as', 'forever; until, while'),
  avoid(
    '(?<!(?:right|straight|put|Move it|move it) )away|gone',
    'offline; has ended, is missing',
  ),
  avoid(
    'whoever|whomever|somebody|someone|nobody|no one|everybody|everyone|anybody|anyone|who is there',
    'user, device, client, process',
  ),
]

function avoid(words: string, use: string): Avoided {
  return { pattern: new RegExp(String.raw`(?<![\w-])(?:${words})(?![\w-])`, 'gi'), use }
}

// The files that keep to the glossary. A file that is rewritten is added here.
const kept = [
  /^(README|GLOSSARY|CHANGELOG|CONTRIBUTING|DEPLOY)\.md$/,
  /^steps\/\d\d-[^/]+\/(README|hints)\.md$/,
  /^(steps|solutions)\/\d\d-.*\.ts$/,
  /^slides\/\d\d-.*\.md$/,
  /^workshop\/(?!launcher|dev\/verify\/glossary)/,
  /^tests\/(unit|e2e)\/(?!.*\/verify-glossary)/,
  /^tests\/(\d\d-|shared\/)/,
]

// In these, names keep to it as well: of functions, of diagnoses, of the programs of a suite.
const keptNames = /^tests\/(\d\d-|shared\/)/
// Programs as learners write them, in template literals, may use any word.
const holdsPrograms = /^tests\/.*\/(wrong-programs|right-answers|edits)\b/

/** In files that keep to the glossary, no word may be one that the glossary replaces. */
export function checkGlossary(course: CourseFiles): string[] {
  return Object.entries(textsOf(course)).flatMap(([path, text]) => {
    if (!kept.some((pattern) => pattern.test(path))) return []
    return findAvoided(checkedText(path, text)).map((problem) => `${path}:${problem}`)
  })
}

function checkedText(path: string, text: string): string {
  if (!/\.tsx?$/.test(path)) return withoutCode(text)
  if (!keptNames.test(path)) return proseOf(text).replaceAll(terms, blank)
  return wordsOf(
    holdsPrograms.test(path) ? text.replaceAll(/`(?:\\[^]|[^`\\])*`/g, blank) : text,
  )
}

// An event of the course, and the claim of a token.
const terms = /\bdeviceGone\b|\w*audience\b/gi

/** A source with the words of its names apart: `isToldTwice` and `s1-not-told` hold "told". */
function wordsOf(source: string): string {
  return source.replaceAll(terms, blank).replaceAll(/(?<=[a-z])(?=[A-Z])|-/g, ' ')
}

/** Words that the glossary replaces, each with its line and what to use instead. */
export function findAvoided(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, at) =>
      avoided.flatMap(({ pattern, use }) =>
        [...line.matchAll(pattern)].map(([word]) => `${at + 1}: "${word}"; use: ${use}`),
      ),
    )
}

/** Comments and sentences in strings, each in its line; everything else is code. */
export function proseOf(source: string): string {
  const prose =
    /\/\*[^]*?\*\/|(?<![:'"`\w])\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`/g
  let text = ''
  let end = 0
  for (const { 0: found, index } of source.matchAll(prose)) {
    const isSentence = found.startsWith('/') || /\w \w/.test(found)
    text +=
      blank(source.slice(end, index)) +
      (isSentence ? found.replaceAll(/@param \w+/g, blank) : blank(found))
    end = index + found.length
  }
  return text
}

// What stands in back-ticks or blocks is quoted: commands, code, output.
function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^(```|~~~)[^]*?^\1|`[^`\n]+`|\]\([^)]*\)/gm, blank)
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}

function renamed(texts: FileMap, name: (key: string) => string): FileMap {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [name(key), text]))
}

function programs(folder: string, files: Readonly<Record<string, FileMap>>): FileMap {
  const all = Object.entries(files).map(([slug, texts]) =>
    renamed(texts, (name) => `${folder}/${slug}/${name}`),
  )
  return Object.assign({}, ...all)
}

function textsOf(course: CourseFiles): FileMap {
  const { readme = '', pages, lessons, hints, deckTexts, sources } = course
  const { starterFiles, solutionFiles } = course
  return {
    'README.md': readme,
    ...pages,
    ...renamed(lessons, (slug) => `steps/${slug}/README.md`),
    ...renamed(hints, (slug) => `steps/${slug}/hints.md`),
    ...renamed(deckTexts, (name) => `slides/${name}.md`),
    ...programs('steps', starterFiles),
    ...programs('solutions', solutionFiles),
    ...sources,
  }
}
