import { TopologyPicture } from './topology-picture.tsx'
import { Timeline } from './timeline.tsx'
import { useStore } from './hooks.ts'

/** What crosses between the instances and Redis: a living picture, and every line of it. */
export function Wire({ slug }: { slug: string }) {
  const { published, throughput } = useStore()
  return (
    <section class="wire" aria-labelledby="wire-title">
      <header>
        <h2 id="wire-title">The wire</h2>
        <p class="quiet">
          {published === 1 ? '1 message' : `${published.toLocaleString('en')} messages`}{' '}
          published
        </p>
      </header>
      <TopologyPicture />
      <p class="busy" role="status">
        {throughput.skipped > 0 && sampleOf(throughput)}
      </p>
      <Timeline slug={slug} />
    </section>
  )
}

// Rounded: what changes with every picture cannot be read, nor read aloud.
function sampleOf({ sent, skipped }: { sent: number; skipped: number }): string {
  const ratio = Math.round((sent + skipped) / Math.max(sent, 1))
  const share = ratio < 2 ? 'most events' : `about one event in ${ratio}`
  return `So much at once: a sample is shown, ${share}. All are counted.`
}
