// Input from outside can be any value. This reads it without throwing.

/** The fields of an object; none if the value is not an object. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
