import { WirePicture } from './wire-picture.tsx'
import { Timeline } from './timeline.tsx'
import { useStore } from './store.ts'

/** What crosses between the instances and Redis: a living picture, and every line of it. */
export function Wire({ slug }: { slug: string }) {
  const { published, busy } = useStore()
  const seen = busy.told + busy.skipped
  return (
    <section class="wire" aria-labelledby="wire-title">
      <header>
        <h2 id="wire-title">The wire</h2>
        <p class="quiet">
          {published === 1 ? '1 message' : `${published.toLocaleString('en')} messages`}{' '}
          published
        </p>
      </header>
      <WirePicture />
      <p class="busy" role="status">
        {busy.skipped > 0 &&
          `So much at once: a sample is shown, ${busy.told.toLocaleString('en')} of the last ${seen.toLocaleString('en')} events.`}
      </p>
      <Timeline slug={slug} />
    </section>
  )
}
