import { useStore } from './hooks.ts'

/** What went wrong with what was asked for last. */
export function Problem() {
  const store = useStore()
  if (store.problem === '') return null
  return (
    <div class="problem" role="alert">
      <p>{store.problem}</p>
      <button type="button" onClick={() => store.report('')}>
        Close
      </button>
    </div>
  )
}
