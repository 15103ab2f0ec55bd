import { join } from 'node:path'
import {
  type Slide,
  type Step,
  blocksOf,
  bookendDecks,
  minutesOf,
  parseDeck,
  parseSnippetRef,
  readText,
  steps,
} from '../course/index.ts'
import { root } from '../paths.ts'

/** The slides of a step, or of the opening or closing. */
export interface Deck {
  /** `04-sigterm`, `00-opening`. */
  slug: string
  title: string
  slides: Slide[]
  minutes: number
  /** The step it is about; the opening and the closing deck have none. */
  step: Step | undefined
}

/** Every deck there is, in order. Read again each time: one may be in the making. */
export async function readDecks(): Promise<Deck[]> {
  const all = await steps()
  const places = [
    { slug: bookendDecks.opening, step: undefined },
    ...all.map((step) => ({ slug: step.slug, step })),
    { slug: bookendDecks.closing, step: undefined },
  ]
  const decks = await Promise.all(places.map(({ slug, step }) => readDeck(slug, step)))
  return decks.flatMap((deck) => (deck ? [deck] : []))
}

async function readDeck(slug: string, step: Step | undefined): Promise<Deck | undefined> {
  const source = await readText(join(root, 'slides', `${slug}.md`))
  if (source === undefined) return undefined
  const slides = parseDeck(source)
  const heading = /^# (?:Step \d+ · )?(.*)$/m.exec(source)?.[1]
  const title = step?.title ?? heading ?? slug
  return { slug, title, slides, minutes: minutesOf(slides), step }
}

/** What a deck quotes, by path from the project's folder. */
export async function textsFor({ slides }: Deck): Promise<Map<string, string>> {
  const blocks = slides.flatMap(({ body }) => blocksOf(body))
  const files = blocks.flatMap(({ info }) => parseSnippetRef(info)?.file ?? [])
  const names = [...new Set([...files, 'slides/README.md'])]
  const texts = await Promise.all(
    names.map(async (name) => [name, (await readText(join(root, name))) ?? ''] as const),
  )
  return new Map(texts)
}
