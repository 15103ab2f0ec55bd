import MiniSearch from 'minisearch'
import type { SearchEntry } from '../protocol.ts'

const mostShown = 8

declare global {
  /** Called by search-entries.js, which is loaded at the first search. */
  var searchEntries: (entries: SearchEntry[]) => void
}

/** Puts a search over all pages into the bar. Without a script there is none. */
export function attachSearch(): void {
  const place = document.querySelector('#search')
  if (!place) return
  place.innerHTML =
    '<input type="search" placeholder="Search" aria-label="Search all pages" autocomplete="off" aria-controls="found"><div id="found" hidden><p role="status"></p><ul></ul></div>'
  const [input, found] = [place.querySelector('input'), place.querySelector('div')]
  if (!input || !found) return
  let index: Promise<MiniSearch<SearchEntry>> | undefined
  const search = async () => {
    index ??= loadIndex()
    const results = (await index).search(input.value).slice(0, mostShown)
    show(found, input.value.trim(), results as unknown as SearchEntry[])
  }
  input.addEventListener('focus', () => void (index ??= loadIndex()))
  input.addEventListener('input', () => void search())
  const close = () => (found.hidden = true)
  place.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Escape') return
    close()
    input.focus()
  })
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !place.contains(target)) close()
  })
}

function show(found: HTMLElement, words: string, results: readonly SearchEntry[]): void {
  const [status, list] = [found.querySelector('p'), found.querySelector('ul')]
  found.hidden = words === ''
  if (status) status.textContent = results.length === 0 ? `Nothing about “${words}”.` : ''
  list?.replaceChildren(
    ...results.map(({ id, page, heading }) => {
      const link = document.createElement('a')
      link.href = id
      link.append(heading || page)
      const where = document.createElement('span')
      where.className = 'quiet'
      where.textContent = heading ? page : ''
      link.append(where)
      const item = document.createElement('li')
      item.append(link)
      return item
    }),
  )
}

// A script and no fetch(): a page that was opened as a file may load scripts alone.
function loadIndex(): Promise<MiniSearch<SearchEntry>> {
  return new Promise((resolve, reject) => {
    globalThis.searchEntries = (entries) => {
      const index = new MiniSearch<SearchEntry>({
        fields: ['heading', 'page', 'text'],
        storeFields: ['page', 'heading'],
        searchOptions: {
          prefix: true,
          fuzzy: 0.2,
          boost: { heading: 4, page: 2 },
          combineWith: 'AND',
        },
      })
      index.addAll(entries)
      resolve(index)
    }
    const script = document.createElement('script')
    script.src = 'search-entries.js'
    script.addEventListener('error', () => reject(new Error('the index cannot be loaded')))
    document.head.append(script)
  })
}
