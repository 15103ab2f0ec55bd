// The slides: decks in Markdown, shown with reveal.js. See slides/README.md.
import { join } from 'node:path'
import { root } from '../paths.ts'
import { buildAssets } from '../web/index.ts'
import type { Slides } from './server.ts'

export { type Sources, slidesHtml } from './deck-html.ts'
export { type Deck, readDecks, textsFor } from './decks.ts'

/** Serves the slides. What they need is loaded while it is bundled. */
export async function openSlides(): Promise<Slides> {
  const client = join(root, 'workshop', 'slides', 'client')
  const building = buildAssets([
    { in: join(client, 'main.ts'), out: 'slides' },
    { in: join(client, 'style', 'slides.css'), out: 'slides' },
    { in: join(client, 'stage.tsx'), out: 'stage' },
    { in: join(client, 'style', 'stage.css'), out: 'stage' },
  ])
  const [server] = await Promise.all([import('./server.ts'), building])
  return server.openSlides(building)
}
