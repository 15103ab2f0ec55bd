import { type AstPath, format } from 'prettier'
import { parsers } from 'prettier/plugins/yaml'

/** The part of a node of Prettier's YAML tree that this file reads. */
interface Node {
  type: string
  value?: unknown
  anchor?: { value: string } | null
  children?: (Node | null)[]
}

// Prettier has the only installed YAML parser. A plugin prints the parsed tree as JSON.
const asJson = {
  parsers: { json: { ...parsers.yaml, astFormat: 'values' } },
  printers: {
    values: { print: (path: AstPath<Node>) => JSON.stringify(new Reader().value(path.node)) },
  },
}

/** The data of a YAML text, with anchors and merges resolved. */
export async function readYaml(text: string): Promise<unknown> {
  return JSON.parse(await format(text, { parser: 'json', plugins: [asJson] }))
}

class Reader {
  private readonly anchors = new Map<string, unknown>()

  value(node: Node | null | undefined): unknown {
    if (!node) return null
    const value = this.valueOf(node)
    if (node.anchor) this.anchors.set(node.anchor.value, value)
    return value
  }

  private valueOf({ type, value, children = [] }: Node): unknown {
    switch (type) {
      case 'mapping':
      case 'flowMapping':
        return this.mapping(children)
      case 'sequence':
      case 'flowSequence':
        return children.map((child) => this.value(child))
      case 'alias':
        return this.alias(String(value))
      case 'plain':
        return scalar(String(value))
      case 'quoteSingle':
      case 'quoteDouble':
        return value
      default:
        return this.only(type, children)
    }
  }

  // Documents, items and similar nodes are wrappers around their content.
  private only(type: string, children: (Node | null)[]): unknown {
    const [child, ...more] = children.filter((one) => one && one.type !== 'documentHead')
    if (more.length > 0) throw new Error(`this reader of YAML does not know "${type}"`)
    return this.value(child)
  }

  private mapping(items: (Node | null)[]): Record<string, unknown> {
    const merged: Record<string, unknown> = {}
    const own: Record<string, unknown> = {}
    for (const item of items) {
      const [key, value] = (item?.children ?? []).map((part) => this.value(part))
      if (key === '<<') Object.assign(merged, value)
      else own[String(key)] = value
    }
    return { ...merged, ...own }
  }

  private alias(name: string): unknown {
    if (this.anchors.has(name)) return this.anchors.get(name)
    throw new Error(`nothing is anchored as &${name}`)
  }
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === '' || text === 'null' || text === '~') return null
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
