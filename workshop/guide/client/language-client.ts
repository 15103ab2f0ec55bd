import { type Diagnostic, linter } from '@codemirror/lint'
import {
  LSPClient,
  LSPPlugin,
  hoverTooltips,
  serverCompletion,
  signatureHelp,
} from '@codemirror/lsp-client'
import { type Extension, StateEffect } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { store } from './store.ts'

// The first answer about a step takes a second; on a busy machine ten.
const timeoutMs = 60_000
// After typing stops.
const diagnoseMs = 400

/** TypeScript's errors are asked for again: another file has changed. */
export const askAgain = StateEffect.define<null>()

const client = new LSPClient({
  timeout: timeoutMs,
  sanitizeHTML: withoutLinks,
  extensions: [
    serverCompletion(),
    hoverTooltips(),
    signatureHelp(),
    linter(diagnose, {
      delay: diagnoseMs,
      needsRefresh: ({ transactions }) =>
        transactions.some(({ effects }) => effects.some((effect) => effect.is(askAgain))),
    }),
  ],
})

/** What TypeScript knows about a file: errors, types, completions. */
export function typescriptOf(uri: string): Extension {
  if (!client.connected) connect()
  return client.plugin(uri, 'typescript')
}

function connect(): void {
  type Handler = (message: string) => void
  const handlers = new Map<Handler, (message: object) => void>()
  const transport = {
    send: (message: string) => void store.socket.emit('lsp', JSON.parse(message)),
    subscribe(handler: Handler) {
      const receive = (message: object) => handler(JSON.stringify(message))
      handlers.set(handler, receive)
      store.socket.on('lsp', receive)
    },
    unsubscribe: (handler: Handler) => void store.socket.off('lsp', handlers.get(handler)),
  }
  client.connect(transport)
  // Each connection of the page has a language server of its own.
  store.socket.on('connect', () => {
    client.disconnect()
    client.connect(transport)
  })
}

interface Position {
  line: number
  character: number
}

interface Report {
  items?: { range: { start: Position; end: Position }; severity?: number; message: string }[]
}

// TypeScript does not send its errors by itself; it is asked (the "pull" model of LSP 3.17).
async function diagnose(view: EditorView): Promise<readonly Diagnostic[]> {
  const plugin = LSPPlugin.get(view)
  if (!plugin) return []
  client.sync()
  const { doc } = view.state
  const textDocument = { uri: plugin.uri }
  const report = await client
    .request<object, Report>('textDocument/diagnostic', { textDocument })
    // The workshop has stopped. When it is back, every file is asked about again.
    .catch((): Report => ({}))
  // Of less weight is what may be left out, such as an unused import.
  const errors = (report.items ?? []).filter(({ severity = 1 }) => severity <= 2)
  return errors.map(({ range, severity, message }) => ({
    from: plugin.fromPosition(range.start, doc),
    to: plugin.fromPosition(range.end, doc),
    severity: severity === 2 ? 'warning' : 'error',
    message,
  }))
}

// Documentation of packages is Markdown of other people. Its text stays.
function withoutLinks(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  for (const element of body.querySelectorAll('*')) {
    if (!harmless.test(element.localName)) element.replaceWith(element.textContent)
    for (const name of element.getAttributeNames())
      if (name !== 'class') element.removeAttribute(name)
  }
  return body.innerHTML
}

const harmless = /^(p|pre|code|em|strong|ul|ol|li|br|hr|span|blockquote|h[1-6])$/
