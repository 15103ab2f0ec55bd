import { captionOf } from '../guide/client/captions.ts'
import { framesOf } from '../guide/trace.ts'
import { escapeHtml } from '../web/index.ts'
import type { RecordedProgram, Recording } from '../guide/recorded.ts'

/** The recorded runs of a step in words. With a script they are played instead. */
export function runsHtml({ programs: [solution, ...wrong] }: Recording): string {
  return `<section class="runs" aria-labelledby="recorded-runs"><h2 id="recorded-runs">Recorded runs</h2>
<p>The same scene with the solution, and with programs that have a mistake. Each was recorded on a real Redis.</p>
<div id="runs"><div><h3>As it should be</h3>${solution ? runHtml(solution) : ''}</div>
<div><h3>What goes wrong</h3>${wrong.map((one) => `<h4>${escapeHtml(one.title)}</h4>${runHtml(one)}`).join('\n')}</div></div></section>
`
}

function runHtml({ trace, failure }: RecordedProgram): string {
  const [, ...frames] = framesOf(trace)
  const rows = frames.map((frame) => `<li>${escapeHtml(captionOf(frame))}</li>`)
  const likely = failure ? `<p>The check reports: ${escapeHtml(failure.likely)}</p>` : ''
  return `${likely}<ol>${rows.join('')}</ol>`
}
