import { type Page, plainText } from './pages.ts'
import type { SearchEntry } from './protocol.ts'

/** The parts of a page: what is under each heading that has an address. */
export function searchEntries({ file, title, main, kind }: Page): SearchEntry[] {
  const [start = '', ...parts] = main.split(/<h[23] id="/)
  return [
    { id: file, page: title, heading: '', text: plainText(start) },
    ...parts.map((part) => {
      const [, anchor = '', heading = '', rest = ''] =
        /^([^"]*)">([^]*?)<\/h[23]>([^]*)$/.exec(part) ?? []
      return {
        id: `${file}#${anchor}`,
        page: title,
        heading: plainText(heading),
        text: kind === 'code' ? '' : plainText(rest),
      }
    }),
  ]
}
