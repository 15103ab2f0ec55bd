/** What the doctor says of one thing. */
export interface Finding {
  /** `note`: worth knowing, nothing to repair now. */
  state: 'ok' | 'note' | 'problem'
  /** A sentence; for a problem with what to do about it. */
  text: string
}

/** All is well with this. */
export const ok = (text: string): Finding => ({ state: 'ok', text })
/** Worth knowing, nothing to repair now. */
export const note = (text: string): Finding => ({ state: 'note', text })
/** This stands in the way. @param remedy what to do about it */
export const problem = (text: string, remedy: string): Finding => ({
  state: 'problem',
  text: `${text}. ${remedy}`,
})
