/** An object's fields. @throws when the value is no object */
export function fieldsOf(value: unknown): Record<string, unknown> {
  if (value === undefined) return {}
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Error(`expected fields, not ${JSON.stringify(value)}`)
}

/** A list of texts. */
export function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(textOf)
  throw new Error(`expected a list, not ${JSON.stringify(value)}: a text would need a shell`)
}

/** A text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw new Error(`expected a text, not ${JSON.stringify(value)}`)
}
