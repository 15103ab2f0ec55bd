import { useState } from 'preact/hooks'
import type { FileDifference, PageData } from '../protocol.ts'
import { ActionButton } from './action-button.tsx'
import { store } from './store.ts'

/** Your files beside the solution's. */
export function SolutionPanel({ page }: { page: PageData }) {
  const [sure, setSure] = useState(false)
  const [files, setFiles] = useState<FileDifference[] | undefined>()
  const show = async () => {
    const answer = await store.request({ do: 'diff', slug: page.slug })
    setFiles(answer.differences)
  }
  return (
    <section class="solution" aria-labelledby="solution-title">
      <h2 id="solution-title">Compare with the solution</h2>
      <p>This shows the answer. The hints in the lesson give less away, one level at a time.</p>
      <label class="switch">
        <input type="checkbox" checked={sure} onChange={() => setSure(!sure)} />I want to see
        the answer
      </label>
      <p class="buttons">
        <ActionButton disabled={!sure} onPress={() => void show()}>
          {files ? 'Compare again' : 'Compare'}
        </ActionButton>
      </p>
      <div role="status">
        {files?.length === 0 && <p>Your files are the same as the solution.</p>}
      </div>
      {files?.map((file) => (
        <File key={file.name} file={file} />
      ))}
    </section>
  )
}

function File({ file: { name, lines } }: { file: FileDifference }) {
  return (
    <figure class="diff">
      <figcaption>
        {name} <span class="quiet">− yours, + the solution’s</span>
      </figcaption>
      <pre tabIndex={0} aria-label={`Differences in ${name}`}>
        {lines.length === 0
          ? 'Too different to be shown line by line.'
          : lines.map(({ sign, html }, at) => (
              <div key={at} class={classes[sign]}>
                <span class="sign">{sign === '@' ? '' : sign}</span>
                {/* Made by the server out of escaped text. */}
                <code dangerouslySetInnerHTML={{ __html: html }} />
              </div>
            ))}
      </pre>
    </figure>
  )
}

const classes = { ' ': 'same', '+': 'added', '-': 'removed', '@': 'where' }
