/** The result of one check of the doctor. */
export interface DoctorResult {
  /** `note`: worth knowing, nothing to repair now. */
  state: 'ok' | 'note' | 'problem'
  /** A sentence; for a problem with what to do about it. */
  text: string
}

/** All is well with this. */
export const ok = (text: string): DoctorResult => ({ state: 'ok', text })
/** Worth knowing, nothing to repair now. */
export const note = (text: string): DoctorResult => ({ state: 'note', text })
/** This stands in the way. @param remedy what to do about it */
export const problem = (text: string, remedy: string): DoctorResult => ({
  state: 'problem',
  text: `${text}. ${remedy}`,
})
