import type { Recording } from '../guide/recorded.ts'
import { toPlain } from '../proxy/plain-json.ts'
import { escapeHtml, htmlPage, jsonInScript } from '../web/index.ts'
import { type Sources, slidesHtml } from './deck-html.ts'
import type { Deck } from './decks.ts'

const styled = '<link rel="stylesheet" href="/slides.css">'

/** The first page: every deck. */
export function indexPage(decks: Deck[]): string {
  const rows = decks.map(({ slug, title, slides, minutes, step }) => {
    const number = step ? String(step.number) : ''
    const facts = `${slides.length} slides, ${minutes} min`
    return `<li><a class="deck" href="/${slug}"><span class="number">${number}</span><span>${escapeHtml(title)}</span><span class="quiet">${facts}</span></a><a class="print" href="/${slug}?view=print" aria-label="${escapeHtml(title)}, to print">print</a></li>`
  })
  const keys = [
    ['→', 'next'],
    ['S', 'speaker view: notes, minutes, what comes next'],
    ['O', 'overview'],
    ['F', 'full screen'],
    ['B', 'black'],
    ['?', 'all keys'],
  ].map(([key, what]) => `<li><kbd>${key}</kbd> ${what}</li>`)
  return htmlPage({
    title: 'Slides',
    head: styled,
    body: `<main class="shelf"><h1>Slides</h1>
<p class="lead">One deck for each step, one to open the day and one to close it.</p>
<ol class="decks">${rows.join('\n')}</ol>
<h2>Keys</h2>
<ul class="keys">${keys.join('')}</ul>
<p class="quiet">To keep a deck as PDF choose <em>print</em>, and then print the page: landscape, no margins, with backgrounds.</p></main>`,
  })
}

/** A deck. */
export function deckPage(sources: Sources): string {
  return htmlPage({
    title: sources.deck.title,
    head: `${styled}<script type="module" src="/slides.js"></script>`,
    body: `<main><div class="reveal"><div class="slides">\n${slidesHtml(sources)}\n</div></div></main>`,
  })
}

/** The runs of a step on the stage, for the frame of a slide. */
export function stagePage({ programs }: Recording): string {
  return htmlPage({
    title: 'The stage',
    head: '<link rel="stylesheet" href="/stage.css"><script type="module" src="/stage.js"></script>',
    body: `<script type="application/json" id="data">${jsonInScript(programs, toPlain)}</script>`,
  })
}

/** There is no such page. */
export function missingPage(): string {
  return htmlPage({
    title: 'There is no such page',
    head: styled,
    body: '<main class="shelf"><h1>There is no such page</h1><p><a href="/">To the decks</a></p></main>',
  })
}
