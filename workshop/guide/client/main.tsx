import { render } from 'preact'
import { Bench } from './bench.tsx'
import { enliven } from './lesson.ts'
import { page } from './page.ts'
import { followProgress } from './progress.ts'

followProgress()
const bench = document.querySelector('#bench')
if (page && bench) {
  bench.replaceChildren()
  render(<Bench page={page} />, bench)
  enliven(page)
}
