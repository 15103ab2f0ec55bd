import MarkdownIt from 'markdown-it'
import {
  type Slide,
  type SnippetRef,
  selectGoals,
  blocksOf,
  extractSnippet,
  parseDirective,
  parseSnippetRef,
  findTableUnder,
} from '../course/index.ts'
import { countSteps, escapeHtml, highlightTs, terminalHtml } from '../web/index.ts'
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
      const kind = at === 0 ? 'title' : kindOf(slide, body)
      const size = codeSize(slide, sources.texts)
      return `<section class="${kind}"${size && ` style="--code: ${size}px"`} data-timing="${minutes * 60}">\n${top}${markdown.render(body)}<aside class="notes">${spoken}</aside>\n</section>`
    })
    .join('\n')
}

// What is to be thought about stands larger, and a long list smaller.
function kindOf({ body }: Slide, whole: string): string {
  if (/^> /m.test(body)) return 'question'
  if (!/^@goals/m.test(body)) return ''
  if (whole.length <= 480) return 'exercise'
  if (whole.length <= 700) return 'exercise dense'
  return whole.length <= 900 ? 'exercise dense denser' : 'exercise dense densest'
}

// A slide is 1280 by 720 pixels. What its heading and margins leave, and how its text is set.
const room = { width: 1084, height: 530, block: 70, row: 48, columns: 68 }
const codeSizes = { least: 18, most: 32 }
const advance = 0.61 // of a letter of the monospaced fonts, in parts of the font size
const leading = 1.45

// The largest size in pixels at which the code of a slide fills its width or its height; empty when
// it has none.
function codeSize({ body }: Slide, texts: Sources['texts']): number | '' {
  const blocks = blocksOf(body).map(({ info, lines }) => {
    const snippet = parseSnippetRef(info)
    return snippet ? extractSnippet(texts.get(snippet.file) ?? '', snippet.start) : lines
  })
  if (blocks.length === 0) return ''
  const prose = body.replaceAll(/^```[^]*?^```$|^#.*$/gm, '').split('\n')
  const rows = prose.reduce((sum, text) => sum + Math.ceil(text.length / room.columns), 0)
  const height = room.height - blocks.length * room.block - rows * room.row
  const code = blocks.flat()
  const columns = Math.max(...code.map((line) => line.length))
  const size = Math.min(
    codeSizes.most,
    room.width / (columns * advance),
    height / (code.length * leading),
  )
  return Math.max(codeSizes.least, Math.floor(size))
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
    const snippet = parseSnippetRef(info)
    if (snippet) return snippetHtml(snippet, texts.get(snippet.file) ?? '')
    if (info.trim() === 'console') return terminalHtml(content)
    const rows = content.replace(/\n$/, '').split('\n')
    return `<pre tabindex="0"><code>${rows.map(rowHtml).join('')}</code></pre>\n`
  }
  // A blockquote is an answer: it unfolds with the next key.
  rules['blockquote_open'] = () => '<blockquote class="fragment">\n'
  rules['image'] = (tokens, at) => {
    const token = tokens[at]
    const title = String(token?.attrGet('title') ?? '')
    const path = String(token?.attrGet('src') ?? '')
    // A picture in the place of something else is complete at once.
    const steps = title === '' ? countSteps(path.replace('pictures/', '')) : 0
    const data = steps > 0 ? ` data-steps="${steps}"` : ''
    const src = escapeHtml(`${isFile ? '' : '/'}${path}`)
    const image = `<img src="${src}" alt="${escapeHtml(token?.content ?? '')}"${data}>`
    if (isFile || !deck.step) return image
    if (title === 'stage') return stageHtml(image, deck.step.slug)
    if (!title.startsWith('live')) return image
    return liveHtml(image, deck.step.slug, title.split(' ').slice(1))
  }
  return markdown
}

// A region of a solution as HTML. Its first lines to look at are marked; each further group is a
// fragment, of which client/fragments.ts makes the next lines to look at.
function snippetHtml({ file, start, groups }: SnippetRef, text: string): string {
  const lines = extractSnippet(text, start)
  const rows = lines.map((line) => `<span class="line">${highlightTs(line) || ' '}</span>`)
  const texts = groups.map((group) => group.map(({ from, to }) => `${from}-${to}`).join(','))
  const [first = '', ...others] = texts
  const steps = others.map(
    (group) => `<span class="fragment look" data-look="${group}"></span>`,
  )
  const [, , ...name] = file.split('/')
  return `<figure class="code" data-look="${first}"><figcaption>${escapeHtml(name.join('/'))}</figcaption><pre tabindex="0"><code>${rows.join('\n')}</code></pre>${steps.join('')}</figure>\n`
}

// What Redis answers stays in one piece when a long line goes on below itself.
function rowHtml(row: string): string {
  const html = escapeHtml(row).replace(/-&gt; .*$/, '<span class="reply">$&</span>')
  return `<span class="row">${html}</span>`
}

// The recorded run is played in the picture's place while its slide is shown: see client/stage.tsx.
function stageHtml(image: string, slug: string): string {
  return `<span class="stage">${image}<iframe title="The run on the stage" data-src="/stage/${escapeHtml(slug)}"></iframe></span>`
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
