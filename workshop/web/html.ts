import { highlight } from 'sugar-high'

const names: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as HTML, in an element or between quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => names[char] ?? char)
}

/** A value as JSON that can stand in a script element. @param toPlain see `JSON.stringify` */
export function jsonInScript(
  value: unknown,
  toPlain?: (key: string, value: unknown) => unknown,
): string {
  return JSON.stringify(value, toPlain).replaceAll('<', String.raw`\u003c`)
}

/** A page of ours, without what all of them have. */
interface HtmlPage {
  title: string
  /** Its own elements of the head: styles, scripts. */
  head: string
  body: string
  /** The tab that is open at first, on a small screen. */
  tab?: string
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b6b5e'/%3E%3Cpath d='M3 8h10M9 4l4 4-4 4' stroke='white' stroke-width='2' fill='none'/%3E%3C/svg%3E"

/** A page as a whole file. */
export function htmlPage({ title, head, body, tab }: HtmlPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${icon}">
${head}
</head>
<body${tab ? ` data-tab="${tab}"` : ''}>
${body}
</body>
</html>
`
}

/** What was typed and printed in a terminal, as HTML. */
export function terminalHtml(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  return `<pre class="console" tabindex="0"><code>${lines.map(lineHtml).join('\n')}</code></pre>\n`
}

function lineHtml(line: string): string {
  if (!line.startsWith('$ ')) return escapeHtml(line)
  return `<span class="prompt" aria-hidden="true">$ </span><kbd>${escapeHtml(line.slice(2))}</kbd>`
}

/**
 * A line of TypeScript as HTML; a comment over several lines loses its color, and nothing else.
 * The colors come with the page's own: a page of ours allows no style in an element.
 */
export function highlightTs(line: string): string {
  return highlight(line, { lang: 'typescript' }).replaceAll(/ style="[^"]*"/g, '')
}
