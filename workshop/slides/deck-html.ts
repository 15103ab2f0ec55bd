import MarkdownIt from 'markdown-it'
import {
  type Slide,
  selectGoals,
  parseDirective,
  parseSnippetRef,
  findTableUnder,
} from '../course/index.ts'
import { terminalHtml, escapeHtml } from '../web/index.ts'
import { snippetHtml } from './snippet-html.ts'
import type { Deck } from './decks.ts'

/** What slides take from elsewhere. */
export interface Sources {
  /** Files by path from the project's folder. */
  texts: Map<string, string>
  deck: Deck
  /** The deck is a file among others: no step runs beside it, and addresses are relative. */
  isFile?: boolean
}

/** The slides of a deck as HTML. */
export function slidesHtml(sources: Sources): string {
  const markdown = markdownFor(sources)
  return sources.deck.slides
    .map((slide, at) => {
      const { notes, minutes = 0 } = slide
      const body = withDirectives(at === 0 ? withoutHeading(slide.body) : slide.body, sources)
      const spoken = `<p>${minutes} min</p>\n${markdown.render(notes)}`
      const top = at === 0 ? heading(sources.deck) : eyebrow(sources.deck)
      return `<section class="${kindOf(slide, body)}" data-timing="${minutes * 60}">\n${top}${markdown.render(body)}<aside class="notes">${spoken}</aside>\n</section>`
    })
    .join('\n')
}

// What is to be thought about stands larger, and a long list smaller.
function kindOf({ body }: Slide, whole: string): string {
  if (/^> /m.test(body)) return 'question'
  if (!/^@goals/m.test(body) || whole.length <= 480) return ''
  return whole.length <= 700 ? 'dense' : 'dense densest'
}

// "Step 4 · SIGTERM: graceful shutdown" has three parts.
function heading({ step, title }: Deck): string {
  const [name = title, ...about] = title.split(': ')
  const number = step ? `<span class="number">Step ${step.number}</span>` : ''
  const rest =
    about.length > 0 ? `<span class="about">${escapeHtml(about.join(': '))}</span>` : ''
  return `<h1>${number}${escapeHtml(name)}${rest}</h1>\n`
}

function withoutHeading(body: string): string {
  return body.replace(/^# .*\n?/, '')
}

function eyebrow({ step, title }: Deck): string {
  const [name = title] = title.split(': ')
  return step ? `<p class="eyebrow">${step.number} · ${escapeHtml(name)}</p>\n` : ''
}

// Nothing is written twice: goals are those of the lesson, the timetable is in slides/README.md.
function withDirectives(body: string, { texts, deck }: Sources): string {
  const lines = body.split('\n').map((line) => {
    const { name, words = '' } = parseDirective(line) ?? {}
    if (name === 'goals')
      return selectGoals(words, deck.step?.lesson.goals ?? [])
        .map((goal) => `- ${goal}`)
        .join('\n')
    if (name === 'table')
      return findTableUnder(texts.get('slides/README.md') ?? '', words) ?? ''
    return line
  })
  return lines.join('\n')
}

function markdownFor({ texts, deck, isFile = false }: Sources) {
  const markdown = new MarkdownIt({ typographer: false })
  const { rules } = markdown.renderer
  rules['fence'] = (tokens, at) => {
    const { info = '', content = '' } = tokens[at] ?? {}
    const quotation = parseSnippetRef(info)
    if (quotation) return snippetHtml(quotation, texts.get(quotation.file) ?? '')
    if (info.trim() === 'console') return terminalHtml(content)
    const rows = content.replace(/\n$/, '').split('\n')
    return `<pre tabindex="0"><code>${rows.map(rowHtml).join('')}</code></pre>\n`
  }
  // A quotation is an answer: it unfolds with the next key.
  rules['blockquote_open'] = () => '<blockquote class="fragment">\n'
  rules['image'] = (tokens, at) => {
    const token = tokens[at]
    const title = String(token?.attrGet('title') ?? '')
    const src = escapeHtml(`${isFile ? '' : '/'}${String(token?.attrGet('src') ?? '')}`)
    const image = `<img src="${src}" alt="${escapeHtml(token?.content ?? '')}">`
    if (isFile || !title.startsWith('live') || !deck.step) return image
    return liveHtml(image, deck.step.slug, title.split(' ').slice(1))
  }
  return markdown
}

// What Redis answers stays in one piece when a long line goes on below itself.
function rowHtml(row: string): string {
  const html = escapeHtml(row).replace(/-&gt; .*$/, '<span class="reply">$&</span>')
  return `<span class="row">${html}</span>`
}

// The page of the running step comes in the picture's place; client/live.ts looks whether it runs.
function liveHtml(image: string, slug: string, devices: string[]): string {
  const names = devices.length > 0 ? devices : ['']
  const frames = names.map((name) => {
    const label = escapeHtml(name.replace('/', "'s ") || 'the page of this step')
    return `<span class="device" data-device="${escapeHtml(name)}"><b>${label}</b></span>`
  })
  return `<span class="live" data-step="${escapeHtml(slug)}">${image}<span class="devices" hidden>${frames.join('')}</span></span>`
}
