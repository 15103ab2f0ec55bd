/**
 * Whether a message is a JSON object that holds at least these fields with these values.
 * More fields are welcome.
 */
export function hasFields(text: string, fields: Record<string, unknown>): boolean {
  const value = parseJsonObject(text)
  return Object.entries(fields).every(([name, expected]) => value[name] === expected)
}

/** The fields of a JSON object; none when the text is something else. */
export function parseJsonObject(text: string): Record<string, unknown> {
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return {}
  }
}

/** The fields of an object; none when the value is no object. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
