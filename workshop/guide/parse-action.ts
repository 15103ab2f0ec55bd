import type { Action } from './protocol.ts'

type Fields = Record<string, unknown>

/** Reads what a page asks for. @returns undefined when it is nothing we know */
export function parseAction(request: unknown): Action | undefined {
  if (typeof request !== 'object' || request === null) return undefined
  const fields: Fields = { ...request }
  const slug = text(fields, 'slug')
  const name = text(fields, 'name')
  switch (fields['do']) {
    case 'stop':
      return { do: 'stop' }
    case 'start':
      return slug
        ? { do: 'start', slug, solution: fields['solution'] === true, ...amounts(fields) }
        : undefined
    case 'add':
      return { do: 'add', entry: text(fields, 'entry') ?? 'index.ts' }
    case 'signal': {
      const signal = fields['signal'] === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM'
      return name ? { do: 'signal', name, signal } : undefined
    }
    case 'freeze':
      return name ? { do: 'freeze', name, on: fields['on'] === true } : undefined
    case 'restart':
    case 'remove':
      return name ? { do: fields['do'], name } : undefined
    case 'redis':
      return { do: 'redis', down: fields['down'] === true }
    case 'publish': {
      const [channel, message] = [text(fields, 'channel'), text(fields, 'message')]
      return channel && message ? { do: 'publish', channel, message } : undefined
    }
    case 'whole':
      return { do: 'whole', seq: Number(fields['seq']) }
    default:
      return slug ? aboutStep(fields, slug) : undefined
  }
}

function aboutStep(fields: Fields, slug: string): Action | undefined {
  const file = text(fields, 'file')
  const id = text(fields, 'id')
  const level = Number(fields['level'])
  switch (fields['do']) {
    case 'check':
    case 'diff':
    case 'show':
    case 'passed-run':
    case 'reset':
    case 'undo':
      return { do: fields['do'], slug }
    case 'on-save':
      return { do: 'on-save', slug, on: fields['on'] === true }
    case 'hint':
      return [1, 2, 3].includes(level) ? { do: 'hint', slug, level } : undefined
    case 'open':
      return file ? { do: 'open', slug, file } : undefined
    case 'save': {
      const [contents, version] = [fields['text'], text(fields, 'version')]
      return file && version && typeof contents === 'string'
        ? { do: 'save', slug, file, text: contents, version }
        : undefined
    }
    case 'drill':
      return id ? { do: 'drill', id, slug, predicted: Number(fields['predicted']) } : undefined
    default:
      return undefined
  }
}

function amounts(fields: Fields): { instances: number; workers: number } {
  return { instances: amount(fields['instances']), workers: amount(fields['workers']) }
}

function amount(value: unknown): number {
  return typeof value === 'number' && /^[1-9]$/.test(String(value)) ? value : 1
}

function text(fields: Fields, key: string): string | undefined {
  const value = fields[key]
  return typeof value === 'string' && value !== '' && value.length < 200 ? value : undefined
}
