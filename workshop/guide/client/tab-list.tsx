/** What a tab shows beside its name: a sign, and the same in words. */
export type Badge = readonly [sign: string, words: string]

interface TabListProps {
  label: string
  /** What the ids of its tabs begin with: `tab-run`. */
  prefix: string
  tabs: readonly { id: string; name: string; class?: string; badge?: Badge | undefined }[]
  selected: string
  choose: (id: string) => void
}

/** Tabs, with arrow keys between them. */
export function TabList({ label, prefix, tabs, selected, choose }: TabListProps) {
  const elementOf = (id: string) => document.getElementById(prefix + id)
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    const all = tabs.filter(({ id }) => elementOf(id)?.offsetParent)
    const at = all.findIndex(({ id }) => id === selected)
    const next = all[(at + step + all.length) % all.length]
    if (!next) return
    choose(next.id)
    elementOf(next.id)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map(({ id, name, class: kind = '', badge }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={prefix + id}
          class={kind}
          aria-selected={selected === id}
          tabIndex={selected === id ? 0 : -1}
          onClick={() => choose(id)}
        >
          {name}
          {badge && (
            <>
              <span class="mark" aria-hidden="true">
                {badge[0]}
              </span>
              <span class="sr">({badge[1]})</span>
            </>
          )}
        </button>
      ))}
    </div>
  )
}
