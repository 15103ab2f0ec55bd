import { escapeHtml } from './escape-html.ts'

/** What was typed and printed in a terminal, as HTML. */
export function terminalHtml(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  return `<pre class="console" tabindex="0"><code>${lines.map(lineHtml).join('\n')}</code></pre>\n`
}

function lineHtml(line: string): string {
  if (!line.startsWith('$ ')) return escapeHtml(line)
  return `<span class="prompt" aria-hidden="true">$ </span><kbd>${escapeHtml(line.slice(2))}</kbd>`
}
