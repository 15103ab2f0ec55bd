import { indentWithTab } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { syntaxHighlighting } from '@codemirror/language'
import { diagnosticCount, nextDiagnostic } from '@codemirror/lint'
import { unifiedMergeView } from '@codemirror/merge'
import { Compartment, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { basicSetup } from 'codemirror'
import type { StepFile } from '../protocol.ts'
import type { CodeFiles, CodePlace } from './code-files.ts'
import { markBlamed, marks } from './code-marks.ts'
import { colors, theme } from './code-theme.ts'
import { askAgain, typescriptOf } from './language-client.ts'
import { store } from './store.ts'

/** One file of the step in CodeMirror. It is kept while another tab is shown. */
export class CodeEditor {
  private readonly view: EditorView
  private readonly comparison = new Compartment()
  /** The version on disk that is compared with; empty without a conflict. */
  private compared = ''
  private readonly name: string

  /** @param nonce see `PageData` */
  constructor(
    private readonly files: CodeFiles,
    file: StepFile,
    nonce: string,
  ) {
    this.name = file.name
    const save = () => {
      void files.save()
      return true
    }
    this.view = new EditorView({
      doc: files.textOf(file),
      extensions: [
        EditorView.cspNonce.of(nonce),
        Prec.high(keymap.of([{ key: 'Mod-s', run: save, preventDefault: true }])),
        basicSetup,
        keymap.of([indentWithTab]),
        javascript({ typescript: true }),
        syntaxHighlighting(colors),
        theme,
        marks,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          'aria-label': `${file.name}, the code`,
          tabindex: '0',
        }),
        typescriptOf(file.uri),
        this.comparison.of([]),
        EditorView.updateListener.of(({ docChanged, state, transactions }) => {
          if (docChanged) this.changed(state.doc.toString())
          if (transactions.some(({ effects }) => effects.length > 0)) store.changed()
        }),
      ],
    })
  }

  get dom(): HTMLElement {
    return this.view.dom
  }

  /** How many errors TypeScript has found. */
  get problems(): number {
    return diagnosticCount(this.view.state)
  }

  /** Puts the cursor on the next error. */
  showNextProblem(): void {
    nextDiagnostic(this.view)
    this.view.focus()
  }

  /** Shows the text as it is on this page now, beside the one on disk when both have changed. */
  update(file: StepFile): void {
    const { view, files } = this
    const insert = files.textOf(file)
    const now = view.state.doc.toString()
    if (now !== insert) {
      const to = view.state.doc.length
      view.dispatch({ changes: { from: 0, to, insert } })
    }
    const compared = files.isConflict(file) ? file.version : ''
    if (compared === this.compared) return
    this.compared = compared
    const merge = unifiedMergeView({
      original: file.text,
      mergeControls: false,
      collapseUnchanged: {},
    })
    view.dispatch({ effects: this.comparison.reconfigure(compared === '' ? [] : merge) })
  }

  /** Another file has changed: TypeScript may see this one with other eyes. */
  askAgain(): void {
    this.view.dispatch({ effects: askAgain.of(null) })
  }

  /** Marks the line that a failed check names, and scrolls to it. */
  mark(place: CodePlace | undefined): void {
    const line = place ? this.lineOf(place) : 0
    this.view.dispatch({ effects: markBlamed.of(line) })
    if (line === 0) return
    const { from } = this.view.state.doc.line(line)
    const effects = EditorView.scrollIntoView(from, { y: 'center' })
    this.view.dispatch({ selection: { anchor: from }, effects })
    this.view.focus()
  }

  private lineOf({ line = 0, todo }: CodePlace): number {
    const { doc } = this.view.state
    if (todo === undefined) return line <= doc.lines ? line : 0
    const lines = doc.toString().split('\n')
    return lines.findIndex((text) => text.includes(`TODO(${todo})`)) + 1
  }

  private changed(text: string): void {
    const file = this.files.files.find(({ name }) => name === this.name)
    if (file && text !== this.files.textOf(file)) this.files.edit(file, text)
  }
}
