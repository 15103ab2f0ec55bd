import MarkdownIt from 'markdown-it'
import { type Step, anchorOf, sectionsOf } from '../course/index.ts'
import { UserError } from '../errors.ts'
import { parseRunArgs } from '../session/index.ts'
import { countSteps, terminalHtml, escapeHtml } from '../web/index.ts'

/** Where a lesson is shown: on a page of the guide, or on one that is only read. */
export interface Place {
  /** The address of the folder of the pictures. */
  pictures: string
  /** Where a link of a lesson leads: `../04-sigterm/README.md`. */
  link(href: string): string
  /** Links open a tab of their own. */
  newTabs: boolean
  /** What follows a block of commands. */
  underCommands(lines: readonly string[]): string
  /** What follows the tasks of a step. */
  underTasks(step: Step): string
}

/** A page of the guide. */
export const guidePlace: Place = {
  pictures: '/pictures/',
  link: (href) =>
    href
      .replace(/^\.\.\/(\d\d-[\w-]+)\/README\.md/, '/step/$1')
      .replace(/^\.\.\/\.\.\/GLOSSARY\.md/, '/glossary'),
  newTabs: true,
  underCommands: runButton,
  underTasks: fileButtons,
}

// HTML in a lesson stays text, and so does a link that would run a script: the library's default.
function markdownFor(place: Place) {
  const markdown = new MarkdownIt({ typographer: false })
  const { rules } = markdown.renderer
  rules['fence'] = (tokens, at) => {
    const { info = '', content = '' } = tokens[at] ?? {}
    if (info.trim() !== 'console')
      return `<pre tabindex="0"><code>${escapeHtml(content)}</code></pre>\n`
    return terminalHtml(content) + place.underCommands(content.split('\n'))
  }
  rules['link_open'] = (tokens, at, options, _env, self) => {
    const token = tokens[at]
    token?.attrSet('href', place.link(String(token.attrGet('href'))))
    if (place.newTabs) {
      token?.attrSet('target', '_blank')
      token?.attrSet('rel', 'noopener noreferrer')
    }
    return self.renderToken(tokens, at, options)
  }
  rules['heading_open'] = (tokens, at, options, _env, self) => {
    const text = tokens[at + 1]?.content ?? ''
    tokens[at]?.attrSet('id', anchorOf(text))
    return self.renderToken(tokens, at, options)
  }
  // A picture of a lesson has an address here, too. On a small screen it stays as wide as it must be
  // to be read, and its link shows it alone.
  const drawing = rules['image']
  rules['image'] = (tokens, at, options, env, self) => {
    const token = tokens[at]
    const name = inLesson.exec(String(token?.attrGet('src')))?.[1]
    if (!token || !name || !drawing) return escapeHtml(token?.content ?? '')
    const path = place.pictures + name
    token.attrSet('src', path)
    const steps = countSteps(name)
    if (steps > 0) token.attrSet('data-steps', String(steps))
    return `<a class="drawing" href="${path}" target="_blank" rel="noopener noreferrer">${drawing(tokens, at, options, env, self)}</a>`
  }
  rules['table_open'] = () => '<div class="table" tabindex="0"><table>\n'
  rules['table_close'] = () => '</table></div>\n'
  // A column without a name has no header cell that a screen reader would announce as empty.
  rules['th_open'] = (tokens, at) => (tokens[at + 1]?.content ? '<th>' : '<td>')
  rules['th_close'] = (tokens, at) => (tokens[at - 1]?.content ? '</th>\n' : '</td>\n')
  return markdown
}

type Markdown = ReturnType<typeof markdownFor>

const inLesson = /^\.\.\/\.\.\/slides\/pictures\/([\w-]+\.svg)$/

/** A page of Markdown as HTML, such as the glossary. */
export function pageHtml(source: string, place: Place): string {
  return markdownFor(place).render(source)
}

// "npm run step 3 2" can be done on this page as well.
function runButton(lines: readonly string[]): string {
  const typed = lines
    .map((line) => /^\$ npm run (step|solution) (\d+(?: \w+)*)$/.exec(line))
    .find((match) => match)
  if (!typed) return ''
  const command = typed[1] === 'solution' ? 'solution' : 'step'
  const words = typed[2] ?? ''
  try {
    const { instances, workers = 1 } = parseRunArgs(command, words.split(' '))
    return `<button type="button" class="run-here" data-solution="${command === 'solution'}" data-instances="${instances}" data-workers="${workers}">Run it here<span class="quiet"> ${command} ${escapeHtml(words)}</span></button>\n`
  } catch (error) {
    if (error instanceof UserError) return ''
    throw error
  }
}

/**
 * The lesson of a step as HTML. Goals can be ticked, and hints are closed.
 *
 * @param shown up to which level the hints were shown: of those only these are there, and the next
 */
export function lessonHtml(step: Step, shown: number, place = guidePlace): string {
  const markdown = markdownFor(place)
  const { text } = step.lesson
  const intro = text.replace(/^# .*$/m, '').split(/^## /m)[0] ?? ''
  const sections = sectionsOf(text)
  // The hints are a file of their own; on the page they follow what they are for.
  const after = sections.findIndex(({ name }) => name === 'See it work') + 1
  if (!sections.some(({ name }) => name === 'Hints'))
    sections.splice(after, 0, { name: 'Hints', lines: [] })
  const bodyOf = (name: string, source: string) => {
    if (name === 'Goals') return goals(step, markdown)
    if (name === 'Hints') return hints(step, shown, markdown)
    return markdown.render(source) + (name === 'Do' ? place.underTasks(step) : '')
  }
  return [
    `<div class="intro">${markdown.render(intro)}</div>`,
    ...sections.map(({ name, lines }) => {
      const id = name.toLowerCase().replaceAll(/\W+/g, '-')
      const body = bodyOf(name, lines.join('\n'))
      return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(name)}</h2>\n${body}</section>`
    }),
  ].join('\n')
}

function goals({ lesson }: Step, markdown: Markdown): string {
  const items = lesson.goals.map(
    (goal, at) =>
      `<li data-goal="${at}"><span class="mark" aria-hidden="true"></span><span>${markdown.renderInline(goal)} <span class="state"></span></span></li>`,
  )
  return `<ul class="goals">${items.join('\n')}</ul>`
}

function hints({ lesson }: Step, shown: number, markdown: Markdown): string {
  const all = lesson.hints.map(({ title, text }, at) => {
    const hidden = at > shown ? ' hidden' : ''
    return `<details class="hint" data-level="${at + 1}"${hidden}><summary>${escapeHtml(title)}</summary>${markdown.render(text)}</details>`
  })
  const rest =
    shown < all.length ? ' The next one shows when you have opened the one before.' : ''
  return `<p class="quiet">Three levels.${rest}</p>${all.join('\n')}`
}

function fileButtons({ slug, todoFiles, entries }: Step): string {
  const names = todoFiles.length > 0 ? todoFiles : entries
  const buttons = names.map(
    (name) =>
      `<button type="button" class="open-file" data-file="${escapeHtml(name)}">Open ${escapeHtml(name)}</button>`,
  )
  return `<div class="files"><p class="quiet">In your editor, in <code>steps/${escapeHtml(slug)}/</code>:</p>${buttons.join(' ')}<p class="editor-status" role="status"></p></div>`
}

/** Links to the steps before and after a step. @param address where the page of a slug is */
export function neighbors(
  steps: readonly Pick<Step, 'number' | 'slug' | 'title'>[],
  slug: string,
  address: (slug: string) => string,
): string {
  const at = steps.findIndex((step) => step.slug === slug)
  const link = (to: number, rel: string, word: string) => {
    const step = steps[to]
    return step
      ? `<a rel="${rel}" href="${address(step.slug)}"><span class="quiet">${word}</span>${step.number} · ${escapeHtml(step.title)}</a>`
      : '<span></span>'
  }
  return `<nav class="neighbors" aria-label="Neighboring steps">${link(at - 1, 'prev', 'Previous')}${link(at + 1, 'next', 'Next')}</nav>`
}
