import { escape } from './escape.ts'

/** What was typed and printed in a terminal, as HTML. */
export function consoleHtml(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  return `<pre class="console" tabindex="0"><code>${lines.map(lineHtml).join('\n')}</code></pre>\n`
}

function lineHtml(line: string): string {
  if (!line.startsWith('$ ')) return escape(line)
  return `<span class="prompt" aria-hidden="true">$ </span><kbd>${escape(line.slice(2))}</kbd>`
}
