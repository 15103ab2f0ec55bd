import type { PageData } from '../page-data.ts'

/** What the server has put into this page about its step; undefined on pages without one. */
export const page: PageData | undefined = read()

function read(): PageData | undefined {
  const text = document.querySelector('#data')?.textContent ?? 'null'
  const data: PageData | null = JSON.parse(text)
  return data ?? undefined
}
