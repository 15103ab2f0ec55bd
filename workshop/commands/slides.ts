import { UserError } from '../errors.ts'
import { type Deck, openSlides, readDecks } from '../slides/index.ts'
import { ShutdownSignal, pageKeys, untilShutdown } from '../session/index.ts'

/** `npm run slides [4]`: serves the decks, or names the one that was asked for, until Ctrl+C. */
export async function run(words: string[]): Promise<number> {
  const [word, ...more] = words
  const decks = await readDecks()
  if (more.length > 0) throw new UserError('It is: npm run slides, or npm run slides 4')
  const path = word === undefined ? '' : find(decks, word)
  const shutdown = new ShutdownSignal()
  const { url, close } = await openSlides()
  const what = path === '' ? 'The slides are' : 'This deck is'
  console.log(`  ${what} at ${url}/${path}   (S: speaker view, ${pageKeys()})\n`)
  await untilShutdown(`${url}/${path}`, shutdown)
  await close()
  shutdown.close()
  return 0
}

function find(decks: Deck[], word: string): string {
  const wanted = word.toLowerCase()
  const deck = decks.find(
    ({ slug }) =>
      slug === wanted ||
      slug.slice(3) === wanted ||
      (/^\d+$/.test(wanted) && Number.parseInt(slug, 10) === Number(wanted)),
  )
  if (deck) return deck.slug
  const names = decks.map(({ slug, step }) => (step ? step.number : slug.slice(3)))
  throw new UserError(`There is no deck "${word}". There are: ${names.join(', ')}`)
}
