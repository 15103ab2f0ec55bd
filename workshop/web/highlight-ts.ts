import { highlight } from 'sugar-high'

/**
 * A line of TypeScript as HTML; a comment over several lines loses its color, and nothing else.
 * The colors come with the page's own: a page of ours allows no style in an element.
 */
export function highlightTs(line: string): string {
  return highlight(line, { lang: 'typescript' }).replaceAll(/ style="[^"]*"/g, '')
}
