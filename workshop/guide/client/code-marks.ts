import { forEachDiagnostic, setDiagnosticsEffect } from '@codemirror/lint'
import {
  type EditorState,
  type Range,
  StateEffect,
  StateField,
  type Text,
} from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view'

/** Marks the line that a failed check names; 0 marks none. */
export const markBlamed = StateEffect.define<number>()

const todo = Decoration.line({ class: 'cm-todo' })
const blamed = Decoration.line({ class: 'cm-blamed' })

const todos = StateField.define<DecorationSet>({
  create: ({ doc }) => todosOf(doc),
  update: (marks, { docChanged, newDoc }) => (docChanged ? todosOf(newDoc) : marks),
  provide: (field) => EditorView.decorations.from(field),
})

// A TODO is a comment: the lines of comment that follow belong to it.
function todosOf(doc: Text): DecorationSet {
  const marks: Range<Decoration>[] = []
  let within = false
  for (let number = 1; number <= doc.lines; number++) {
    const { text, from } = doc.line(number)
    within = text.includes('TODO(') || (within && /^\s*(\/\/|\*)/.test(text))
    if (within) marks.push(todo.range(from))
  }
  return Decoration.set(marks)
}

const blame = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { changes, effects, newDoc }) {
    const asked = effects.find((effect) => effect.is(markBlamed))?.value
    if (asked === undefined) return marks.map(changes)
    return asked < 1 || asked > newDoc.lines
      ? Decoration.none
      : Decoration.set([blamed.range(newDoc.line(asked).from)])
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** The first line of TypeScript's message, below the line that it is about. */
class Message extends WidgetType {
  constructor(private readonly text: string) {
    super()
  }

  override eq(other: Message): boolean {
    return other.text === this.text
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('div')
    element.className = 'cm-problem'
    element.textContent = this.text
    return element
  }
}

const messages = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { changes, effects, state }) {
    return effects.some((effect) => effect.is(setDiagnosticsEffect))
      ? messagesOf(state)
      : marks.map(changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

function messagesOf(state: EditorState): DecorationSet {
  const marks: Range<Decoration>[] = []
  forEachDiagnostic(state, ({ message }, from) => {
    const [first = ''] = message.split('\n')
    const widget = Decoration.widget({ widget: new Message(first), block: true, side: 1 })
    marks.push(widget.range(state.doc.lineAt(from).to))
  })
  return Decoration.set(marks, true)
}

/** TODOs, the line that a check names, and TypeScript's errors. */
export const marks = [todos, blame, messages]
