import { pathToFileURL } from 'node:url'
import { type Step, findStep } from '../course/index.ts'
import { watchFolder } from '../session/index.ts'
import { LanguageServer, isPageMessage } from './language-server.ts'
import type { EditorEvents } from './protocol.ts'
import { readStepFiles } from './step-files.ts'

type Emit = <E extends keyof EditorEvents>(event: E, value: EditorEvents[E]) => void

// A person has two or three pages open. Each server takes 130 MB.
const maxServers = 6
let servers = 0

/** The editor of one open page: the step's files, again after every change, and TypeScript. */
export class EditorSession {
  private step: Step | undefined
  private stop = async (): Promise<void> => {}
  private server: Promise<LanguageServer> | undefined
  private closed = false

  constructor(private readonly emit: Emit) {}

  /** Sends the files of a step, now and whenever one was saved. @throws UserError without such a step */
  async open(slug: string): Promise<void> {
    const step = await findStep(slug)
    if (this.step || this.closed) return
    this.step = step
    this.stop = await watchFolder(
      step.folder,
      () => void this.changed(step).catch(console.error),
    )
    if (this.closed) return this.stop()
    await this.sendFiles(step)
  }

  /** Passes a message of the page on to TypeScript, which is started for the first one. */
  async ask(message: unknown): Promise<void> {
    if (!this.step || this.closed) return
    if (!isPageMessage(message, pathToFileURL(this.step.folder).href)) return
    if (!this.server && servers >= maxServers) return
    this.server ??= this.startServer()
    const server = await this.server
    server.send(message)
  }

  /** The page was closed. */
  async close(): Promise<void> {
    this.closed = true
    await this.stop()
    await (await this.server)?.close()
  }

  private async startServer(): Promise<LanguageServer> {
    servers += 1
    try {
      const server = await LanguageServer.start((answer) => this.emit('lsp', answer))
      void server.ended.then(() => (servers -= 1))
      return server
    } catch (error) {
      servers -= 1
      this.server = undefined // The next message tries again.
      throw error
    }
  }

  private async changed(step: Step): Promise<void> {
    const files = await this.sendFiles(step)
    const changes = files.map(({ uri }) => ({ uri, type: 2 }))
    const method = 'workspace/didChangeWatchedFiles'
    const server = await this.server
    server?.send(Object.assign({ jsonrpc: '2.0' }, { method, params: { changes } }))
  }

  private async sendFiles(step: Step) {
    const files = await readStepFiles(step)
    this.emit('files', files)
    return files
  }
}
