import type { StepFile } from '../protocol.ts'
import { store } from './store.ts'

/** A text that is not saved yet, and the version on disk that it is based on. */
interface Draft {
  text: string
  version: string
}

/** A place in the code: a line, or a TODO. */
export interface CodePlace {
  file: string
  line?: number
  todo?: string
}

/** The step's files on disk, and what was typed on this page and is not saved yet. */
export class CodeFiles {
  files: StepFile[] = []
  /** The file that is shown; empty before one was chosen. */
  shown = ''
  /** What the failed check names. */
  place: CodePlace | undefined
  private readonly drafts: Map<string, Draft>
  private readonly key: string
  private opened = false

  constructor(readonly slug: string) {
    this.key = `unsaved ${slug}`
    // It outlives a reload, and a page that was closed.
    this.drafts = new Map(JSON.parse(localStorage.getItem(this.key) ?? '[]'))
    store.beforeReading = () => this.save()
    store.socket.on('files', (files: StepFile[]) => {
      this.files = files
      this.shown ||= files.toSorted((a, b) => firstTodo(a) - firstTodo(b))[0]?.name ?? ''
      for (const { name, text } of files)
        if (this.drafts.get(name)?.text === text) this.drafts.delete(name)
      this.keep()
    })
    // After an interruption the workshop sends files to those who ask again.
    store.socket.on('connect', () => this.opened && store.socket.emit('edit', slug))
  }

  /** The files are sent from now on, whenever one was saved. */
  open(): void {
    if (this.opened) return
    this.opened = true
    if (store.socket.connected) store.socket.emit('edit', this.slug)
  }

  /** The file that is shown: at first the one with the first TODO. */
  get current(): StepFile | undefined {
    return this.files.find(({ name }) => name === this.shown) ?? this.files[0]
  }

  /** Shows a file, and in it a place that a check has named. */
  show(file: string, place?: CodePlace): void {
    this.shown = file
    if (place) this.place = place
    store.changed()
  }

  get unsaved(): string[] {
    return [...this.drafts.keys()]
  }

  /** The text as it is on this page. */
  textOf({ name, text }: StepFile): string {
    return this.drafts.get(name)?.text ?? text
  }

  /** Another program has saved the file while there were unsaved edits. */
  isConflict({ name, version }: StepFile): boolean {
    const draft = this.drafts.get(name)
    return draft !== undefined && draft.version !== version
  }

  /** What was typed. */
  edit(file: StepFile, text: string): void {
    const { name, version } = file
    const base = this.drafts.get(name)?.version ?? version
    if (text === this.files.find((one) => one.name === name)?.text) this.drafts.delete(name)
    else this.drafts.set(name, { text, version: base })
    this.keep()
  }

  /** Saves what is not saved. @returns whether everything is on disk */
  async save(): Promise<boolean> {
    let done = true
    for (const [file, { text, version }] of this.drafts) {
      const about = { slug: this.slug, file, text, version }
      const saved = await store.request({ do: 'save', ...about })
      if (saved.file) this.replace(saved.file)
      if (saved.file && !saved.conflict) {
        // Typing went on meanwhile: that is based on what was saved.
        const now = this.drafts.get(file)
        if (now && now.text !== text) now.version = saved.file.version
        else this.drafts.delete(file)
        this.keep()
        continue
      }
      done = false
      if (saved.conflict) {
        this.shown = file
        store.report(
          `Another program has changed ${file}. Choose in the Code tab which to keep.`,
        )
      }
    }
    return done
  }

  /** Ends a conflict: this page's text replaces the one on disk, or the other way round. */
  async resolve(file: StepFile, keep: 'mine' | 'disk'): Promise<void> {
    const draft = this.drafts.get(file.name)
    if (draft && keep === 'mine') draft.version = file.version
    else this.drafts.delete(file.name)
    this.keep()
    if (keep === 'mine') await this.save()
  }

  private replace(file: StepFile): void {
    this.files = this.files.map((one) => (one.name === file.name ? file : one))
  }

  private keep(): void {
    if (this.drafts.size === 0) localStorage.removeItem(this.key)
    else localStorage.setItem(this.key, JSON.stringify([...this.drafts]))
    store.changed()
  }
}

function firstTodo({ text, edit }: StepFile): number {
  return Number(/TODO\((\d+)\)/.exec(text)?.[1] ?? (edit ? 90 : 99))
}
