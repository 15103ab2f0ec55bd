import { escapeHtml, jsonInScript } from '../web/index.ts'
import type { Step } from '../course/index.ts'
import { toPlain } from '../proxy/plain-json.ts'
import type { Page } from './pages.ts'

/** What is the same on all pages. */
export interface Site {
  steps: readonly Step[]
  /** Where it is published: `https://example.org/workshop/`. Undefined: nowhere yet. */
  address: string | undefined
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%230b6b5e'/%3E%3Cpath d='M3 8h10M9 4l4 4-4 4' stroke='white' stroke-width='2' fill='none'/%3E%3C/svg%3E"

/** A page as a whole file. */
export function frame(page: Page, site: Site): string {
  const assets = page.kind === 'deck' ? 'slides' : 'site'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
<meta name="description" content="${escapeHtml(page.description)}">
${preview(page, site)}
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${assets}.css">
<script defer src="${assets}.js"></script>
</head>
<body data-tab="lesson">
${page.kind === 'deck' ? '' : header(page, site)}
${page.main}
${page.data ? `<script type="application/json" id="data">${jsonInScript(page.data, toPlain)}</script>` : ''}
</body>
</html>
`
}

// A preview needs whole addresses.
function preview({ file, title, description }: Page, { address = '' }: Site): string {
  const properties = {
    'og:type': 'article',
    'og:title': title,
    'og:description': description,
    'og:image': `${address}preview.png`,
    ...(address && { 'og:url': address + file }),
  }
  const tags = Object.entries(properties).map(
    ([name, content]) => `<meta property="${name}" content="${escapeHtml(content)}">`,
  )
  if (address) tags.push(`<link rel="canonical" href="${escapeHtml(address + file)}">`)
  return tags.join('\n')
}

function header({ file }: Page, { steps }: Site): string {
  const links = steps.map(({ slug, number, title }) => {
    const here = file === `${slug}.html` ? ' aria-current="page"' : ''
    const [name = ''] = title.split(': ')
    const label = escapeHtml(`Step ${number}: ${title}`)
    return `<li><a href="${slug}.html"${here} aria-label="${label}" title="${label}">${number} <span class="name">${escapeHtml(name)}</span></a></li>`
  })
  const others = [
    ['slides.html', 'Slides'],
    ['glossary.html', 'Glossary'],
    ['deploy.html', 'Deploy'],
  ].map(
    ([to, name]) =>
      `<li><a href="${to}"${file === to ? ' aria-current="page"' : ''}>${name}</a></li>`,
  )
  return `<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="home" href="index.html">Instances<span class="quiet"> &amp; Redis</span></a>
<nav aria-label="Steps"><ol>${links.join('')}</ol></nav>
<nav aria-label="More"><ol>${others.join('')}</ol></nav>
<search id="search"></search>
</header>`
}
