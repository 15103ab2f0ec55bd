import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  type Message,
  type RequestMessage,
  type ResponseMessage,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'
import { root } from '../paths.ts'
import { reaper, sendSignal, trackGroup, untrackGroup } from '../process/index.ts'

/** TypeScript's own language server, `tsc --lsp --stdio`, for one page. */
export class LanguageServer {
  private readonly writer: StreamMessageWriter
  readonly ended: Promise<unknown>

  private constructor(
    private readonly child: ChildProcess,
    private readonly pid: number,
    onAnswer: (message: Message) => void,
  ) {
    const { stdin, stdout } = child
    if (!stdin || !stdout) throw new Error('the language server has no pipes')
    this.ended = once(child, 'exit').then(() => untrackGroup(pid))
    this.writer = new StreamMessageWriter(stdin)
    this.writer.onError(() => {}) // It has ended, see `ended`.
    new StreamMessageReader(stdout).listen((message) => {
      // It waits until its own requests are answered (`client/registerCapability`). A page needs
      // neither those nor its log: it asks for what it shows.
      if (!isRequest(message)) return onAnswer(message)
      const answer: ResponseMessage = { jsonrpc: '2.0', id: message.id ?? null, result: null }
      if (message.id !== undefined) this.send(answer)
    })
  }

  /** Starts it. The reaper ends it should this process be killed. @param onAnswer to the page's requests */
  static async start(onAnswer: (message: Message) => void): Promise<LanguageServer> {
    const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
    const args = [join(dirname(manifest), 'bin', 'tsc'), '--lsp', '--stdio']
    await reaper.start()
    const child = spawn(process.execPath, args, {
      cwd: root,
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    })
    const { pid = 0 } = child
    if (pid > 0) await trackGroup(pid)
    else await once(child, 'spawn') // It throws why there is none.
    return new LanguageServer(child, pid, onAnswer)
  }

  /** Sends what a page asks for, or a notification. */
  send(message: Message): void {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    void this.writer.write(message).catch(() => {}) // See `ended`.
  }

  /** It has no state to save. */
  async close(): Promise<void> {
    sendSignal(-this.pid, 'SIGKILL')
    await this.ended
  }
}

// Or a notification, which has no number.
function isRequest(message: Message): message is Message & Partial<RequestMessage> {
  return 'method' in message
}

/** What a page may send: questions about files of its step. @param folder the step's, as a URI */
export function isPageMessage(message: unknown, folder: string): message is Message {
  if (typeof message !== 'object' || message === null || !('method' in message)) return false
  if (!allowed.test(String(message.method))) return false
  const { textDocument }: { textDocument?: { uri?: unknown } } =
    'params' in message && typeof message.params === 'object' ? { ...message.params } : {}
  if (textDocument === undefined) return !String(message.method).startsWith('textDocument/')
  return isBelow(textDocument.uri, `${folder}/`)
}

const allowed =
  /^(initialize|initialized|\$\/cancelRequest|completionItem\/resolve|textDocument\/\w+)$/

function isBelow(uri: unknown, folder: string): boolean {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return false
  // `..` in it is resolved.
  return new URL(uri).href.startsWith(folder)
}
