import { escapeHtml, htmlPage, jsonInScript } from '../web/index.ts'
import type { Step } from '../course/index.ts'
import { toPlain } from '../proxy/plain-json.ts'
import type { Page } from './pages.ts'

/** What is the same on all pages. */
export interface Site {
  steps: readonly Step[]
  /** Where it is published: `https://example.org/workshop/`. Undefined: nowhere yet. */
  address: string | undefined
}

/** A page as a whole file. */
export function frame(page: Page, site: Site): string {
  const assets = page.kind === 'deck' ? 'slides' : 'site'
  const head = `<meta name="description" content="${escapeHtml(page.description)}">
${preview(page, site)}
<link rel="stylesheet" href="${assets}.css">
<script defer src="${assets}.js"></script>`
  const body = `${page.kind === 'deck' ? '' : header(page, site)}
${page.main}
${page.data ? `<script type="application/json" id="data">${jsonInScript(page.data, toPlain)}</script>` : ''}`
  return htmlPage({ title: page.title, head, body, tab: 'lesson' })
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
