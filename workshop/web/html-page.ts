import { escapeHtml } from './escape-html.ts'

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
