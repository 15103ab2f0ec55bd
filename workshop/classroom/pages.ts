import { escapeHtml, htmlPage } from '../web/index.ts'
import type { BoardStep } from './protocol.ts'

/** The board, with the names of the learners or, for the projector, without. */
export function boardPage(): string {
  return frame(
    'Classroom',
    '<div id="board"></div><script type="module" src="/board.js"></script>',
  )
}

/** The code that a learner shows. */
export function codePage(
  name: string,
  step: BoardStep | undefined,
  files: Record<string, string>,
): string {
  const parts = Object.entries(files).map(([file, text]) => {
    const lines = text.split('\n').map((line) => `<li><code>${escapeHtml(line)}</code></li>`)
    return `<h2>${escapeHtml(file)}</h2><ol class="code" tabindex="0">${lines.join('')}</ol>`
  })
  const title = `${name}, step ${step?.number ?? ''}`
  return frame(
    title,
    `<main class="shown"><p><a href="/">Back to the board</a></p><h1>${escapeHtml(title)}</h1>${parts.join('\n')}</main>`,
  )
}

/** There is no such page. */
export function missingPage(): string {
  return frame(
    'There is no such page',
    '<main class="shown"><h1>There is no such page</h1><p><a href="/">To the board</a></p></main>',
  )
}

function frame(title: string, body: string): string {
  return htmlPage({ title, head: '<link rel="stylesheet" href="/board.css">', body })
}
