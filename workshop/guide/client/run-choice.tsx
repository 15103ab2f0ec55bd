import type { RecordedProgram } from '../recorded.ts'

interface Props {
  label: string
  programs: readonly Pick<RecordedProgram, 'title'>[]
  /** The index of one of them. */
  chosen: number
  choose: (at: number) => void
}

/** A button for each program. */
export function RunChoice({ label, programs, chosen, choose }: Props) {
  return (
    <div class="buttons" role="group" aria-label={label}>
      {programs.map(({ title }, at) => (
        <button
          key={title}
          type="button"
          aria-pressed={at === chosen}
          onClick={() => choose(at)}
        >
          {title}
        </button>
      ))}
    </div>
  )
}
