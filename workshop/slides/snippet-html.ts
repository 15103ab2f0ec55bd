import { type SnippetRef, extractSnippet } from '../course/index.ts'
import { escapeHtml, highlightTs } from '../web/index.ts'

/**
 * A region of a solution as HTML. Its first lines to look at are marked; each further group is a
 * fragment, of which client/code.ts makes the next lines to look at.
 *
 * @param text the file's
 */
export function snippetHtml({ file, start, groups }: SnippetRef, text: string): string {
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
